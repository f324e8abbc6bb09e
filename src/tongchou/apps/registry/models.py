"""The only home of facts about people: append-only events, and the state folded from them.

Every table below ``Event`` is derived: ``fold`` writes it and ``tongchou registry rebuild`` can write it
again. A spell keeps its start, its end is the next spell's start, and its key holds the start: two spells
of one kind cannot overlap on either database.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry.arrangements import Custody as Custody
from tongchou.apps.registry.arrangements import Lodging as Lodging
from tongchou.apps.registry.fields import DATE_LENGTHS, KeyText, Spelled
from tongchou.apps.registry.fields import date_shaped as _date_shaped
from tongchou.apps.registry.one_person import MergedPerson, OtherNumber  # noqa: F401 - tables of this app
from tongchou.domain.register.row import HUKOU_KINDS


def _date_parts(prefix: str) -> Q:
    """A month needs its year and a day its month. Asked by IS NULL: a check that comes to NULL would pass."""
    year, month, day = f"{prefix}_year", f"{prefix}_month", f"{prefix}_day"
    return (
        (Q(**{year: None}) | Q(**{f"{year}__range": (1800, 2200)}))
        & (Q(**{month: None}) | Q(**{f"{year}__isnull": False, f"{month}__range": (1, 12)}))
        & (Q(**{day: None}) | Q(**{f"{month}__isnull": False, f"{day}__range": (1, 31)}))
    )


class EventKind(models.TextChoices):
    """What can happen to a household or a person. The name of each says what its payload changes."""

    HOUSEHOLD_ENROLLED = "household_enrolled", _("Household entered")
    HOUSEHOLD_CORRECTED = "household_corrected", _("Household corrected")
    PERSON_ENROLLED = "person_enrolled", _("Person entered")
    MEMBERSHIP_RECORDED = "membership_recorded", _("Household or relation recorded")
    IDENTITY_CORRECTED = "identity_corrected", _("Identity corrected")
    PARTICULARS_RECORDED = "particulars_recorded", _("Particulars recorded")
    HUKOU_RECORDED = "hukou_recorded", _("Household registration status recorded")
    INSURANCE_RECORDED = "insurance_recorded", _("Urban insurance recorded")
    REGISTRATION_RECORDED = "registration_recorded", _("Registered residence recorded")
    RESIDENCE_RECORDED = "residence_recorded", _("Residence recorded")
    CONTACT_RECORDED = "contact_recorded", _("Telephone recorded")
    FAMILY_STATEMENT_RECORDED = "family_statement_recorded", _("Family statement recorded")
    KIN_RECORDED = "kin_recorded", _("Kin recorded")
    DEATH_RECORDED = "death_recorded", _("Death recorded")
    COUPLE_BEGUN = "couple_begun", _("Marriage recorded")
    COUPLE_ENDED = "couple_ended", _("End of a marriage recorded")
    CERTIFICATE_RECORDED = "certificate_recorded", _("Private entry recorded")
    EVENT_REVERSED = "event_reversed", _("Entry taken back")
    PERSON_MERGED = "person_merged", _("Two records of one person brought together")
    OTHER_NUMBER_RECORDED = "other_number_recorded", _("Another identity number recorded")
    CUSTODY_RECORDED = "custody_recorded", _("Guardian recorded")
    HOUSEHOLD_CLOSED = "household_closed", _("Household closed")
    LODGING_RECORDED = "lodging_recorded", _("Living in another household recorded")


class Event(models.Model):
    """Something that was recorded about one household or one person. Only ever added; triggers say so.

    ``payload`` is canonical JSON text (the same bytes on both databases, so that a digest can be checked) in
    which identity numbers and telephones stand encrypted. ``occurred`` is when it happened as far as known.
    There are no foreign keys: the state is derived from events, not the other way round.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40, choices=EventKind.choices)
    person_id = models.BigIntegerField(null=True)
    household_id = models.BigIntegerField(null=True)
    occurred = Spelled()
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField()
    source_id = models.BigIntegerField()
    source_row = models.IntegerField(null=True)
    batch_id = models.BigIntegerField()
    payload = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_id", "source_row", "kind"], name="event_once_a_source_row"
            ),
            models.CheckConstraint(
                condition=Q(person_id=None, household_id__isnull=False)
                | Q(person_id__isnull=False, household_id=None),
                name="event_has_one_subject",
            ),
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_known"),
            models.CheckConstraint(
                condition=Q(occurred__length__in=DATE_LENGTHS), name="event_occurred_shape"
            ),
        ]
        indexes = [
            models.Index(fields=["person_id"], name="event_person", condition=Q(person_id__isnull=False)),
            models.Index(
                fields=["household_id"], name="event_household", condition=Q(household_id__isnull=False)
            ),
            models.Index(fields=["batch_id"], name="event_batch"),
        ]


class Source(models.Model):
    """Where events come from: a file, named by the SHA-256 of its bytes, or ``console`` for single acts.

    A file that was taken back and comes again has ``#2``, ``#3``, … behind its name.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=72)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="source_named_once")]


class Batch(models.Model):
    """The events of one transaction: a chunk of a file or a single act, with the digest the audit chain
    holds.

    ``rows`` lists the lines of the file that are settled, so that an interrupted file goes on where it
    stopped and a finished one changes nothing when it comes again.
    """

    id = models.BigAutoField(primary_key=True)
    source_id = models.BigIntegerField()
    village_id = models.BigIntegerField(null=True)
    rows = models.TextField(default="")  # "5-812,814"
    events = models.IntegerField()
    digest = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["source_id", "village_id"], name="batch_source")]


class Sequence(models.Model):
    """The next number of a kind. Its row is the lock that puts writers of the registry in one line."""

    name = models.CharField(max_length=20, primary_key=True)
    next = models.BigIntegerField()


class Household(models.Model):
    """A household (户) as registered in a village."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(_("household number"), max_length=40)
    village = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    #: The villagers' group when it is known as an area, else the village: the scope follows it.
    area = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    group_text = models.CharField(max_length=40, default="", blank=True)
    scope_no = models.IntegerField()
    #: Since when nobody living belongs to it any more; null while it is open. Its number stays its own.
    closed = Spelled(null=True, default=None)
    #: The number of the household its members went to.
    joined = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["village", "number"], name="household_number_once_a_village"),
            models.CheckConstraint(condition=~Q(number=""), name="household_has_number"),
            models.CheckConstraint(
                condition=Q(closed=None, joined=None)
                | Q(closed__isnull=False, closed__length__in=DATE_LENGTHS),
                name="household_closed_shape",
            ),
        ]
        indexes = [
            models.Index(fields=["scope_no"], name="household_scope"),
            models.Index(fields=["number", "scope_no"], name="household_by_number"),
        ]


class Person(models.Model):
    """A person's identity and what a list shows of them.

    The mask of the identity number keeps the area and the last character alone: the birth date stands beside
    it, and the usual "first six, last four" would then give the whole number away.
    """

    fertility_sensitive: ClassVar[tuple[str, ...]] = ("marital",)

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=80)
    name_key = KeyText(max_length=80)
    given_key = KeyText(max_length=80, default="")
    initials = KeyText(max_length=80, default="")
    sex = models.SmallIntegerField(_("sex"), null=True)
    birth_year = models.SmallIntegerField(null=True)
    birth_month = models.SmallIntegerField(null=True)
    birth_day = models.SmallIntegerField(null=True)
    id_cipher = models.TextField(default="")
    id_index = models.CharField(max_length=60, null=True)
    id_mask = models.CharField(max_length=20, default="")
    former_id_cipher = models.TextField(default="")
    phone_masks = models.CharField(max_length=80, default="")
    ethnicity = models.CharField(max_length=2, default="")
    ethnicity_text = models.CharField(max_length=40, default="")
    education = models.CharField(max_length=2, default="")
    marital = models.CharField(max_length=2, default="")
    registered_area = models.ForeignKey(
        "places.Area", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    registered_scope = models.IntegerField()
    resident_area = models.ForeignKey(
        "places.Area", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    resident_scope = models.IntegerField(null=True)
    resident_text = models.CharField(max_length=120, default="")
    #: True when the register says that the person lives away, None when it is silent.
    lives_away = models.BooleanField(null=True)
    deceased = models.BooleanField(default=False)
    death_year = models.SmallIntegerField(null=True)
    death_month = models.SmallIntegerField(null=True)
    death_day = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id_index"], name="person_id_number_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(name_key=""), name="person_has_name"),
            models.CheckConstraint(condition=Q(sex=None) | Q(sex__in=[1, 2]), name="person_sex_code"),
            models.CheckConstraint(condition=_date_parts("birth"), name="person_birth_parts"),
            models.CheckConstraint(
                condition=_date_parts("death") & (Q(death_year=None) | Q(deceased=True)),
                name="person_death_parts",
            ),
            models.CheckConstraint(
                condition=Q(id_index=None, id_cipher="") | Q(id_index__isnull=False) & ~Q(id_cipher=""),
                name="person_id_cipher_with_index",
            ),
            models.CheckConstraint(
                condition=Q(resident_area=None)
                | Q(resident_text="", lives_away__isnull=False, lives_away=False),
                name="person_resides_in_one_place",
            ),
        ]
        indexes = [
            # The scopes beside the key: a search passes over people elsewhere without reading them.
            *(
                models.Index(
                    fields=[key, "registered_scope", "resident_scope", "id"], name=f"person_by_{name}"
                )
                for key, name in (("name_key", "name"), ("given_key", "given"), ("initials", "initials"))
            ),
            # The living of some areas are counted along it alone.
            models.Index(fields=["registered_scope", "deceased"], name="person_registered_scope"),
            models.Index(
                fields=["resident_scope"],
                name="person_resident_scope",
                condition=Q(resident_scope__isnull=False),
            ),
        ]


class Phone(models.Model):
    """A telephone of a person; the first is the one to call."""

    pk = models.CompositePrimaryKey("person_id", "position")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.SmallIntegerField()
    cipher = models.TextField()
    index = models.CharField(max_length=60)
    mask = models.CharField(max_length=20)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(position__range=(1, 4)), name="phone_position")]
        indexes = [models.Index(fields=["index"], name="phone_index")]


class Membership(models.Model):
    """Since when a person belongs to which household, and as what."""

    pk = models.CompositePrimaryKey("person_id", "start")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    start = Spelled()
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+", db_index=False)
    relation = models.CharField(_("relation to head"), max_length=2)

    class Meta:
        constraints = [_date_shaped("membership")]
        indexes = [models.Index(fields=["household"], name="membership_household")]


class Residence(models.Model):
    """Since when a person is registered, or actually lives, where."""

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("registered residence")
        ACTUAL = "actual", _("actual residence")

    pk = models.CompositePrimaryKey("person_id", "kind", "start")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    start = Spelled()
    area = models.ForeignKey(
        "places.Area", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    outside_text = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        constraints = [
            _date_shaped("residence"),
            models.CheckConstraint(condition=Q(kind__in=["registered", "actual"]), name="residence_kind"),
            models.CheckConstraint(
                condition=Q(area__isnull=False, outside_text="") | Q(area=None, kind="actual"),
                name="residence_one_place",
            ),
        ]


class Status(models.Model):
    """A dated status that rules ask for: one value a spell, one spell a start, for each kind."""

    class Kind(models.TextChoices):
        HUKOU = "hukou_kind", _("Kind of household registration")
        DETERMINED_RURAL = "determined_rural", _("Determined to be a rural resident")
        CONVERTED = "converted", _("Converted to urban registration")
        URBAN_PENSION = "urban_pension", _("Urban employees' pension insurance")
        URBAN_MEDICAL = "urban_medical", _("Urban employees' medical insurance")

    pk = models.CompositePrimaryKey("person_id", "kind", "start")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    start = Spelled()
    value = models.CharField(max_length=20)

    class Meta:
        constraints = [
            _date_shaped("status"),
            models.CheckConstraint(
                condition=Q(kind="hukou_kind", value__in=HUKOU_KINDS)
                | Q(
                    kind__in=["determined_rural", "converted", "urban_pension", "urban_medical"],
                    value__in=["yes", "no"],
                ),
                name="status_value_of_kind",
            ),
        ]


class FamilyStatement(models.Model):
    """What a person declared for the legacy elderly reward (births and adoptions up to 2015-12-31)."""

    fertility_sensitive: ClassVar[tuple[str, ...]] = ("living_sons", "living_daughters", "children_ever")

    pk = models.CompositePrimaryKey("person_id", "start")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    start = Spelled()
    living_sons = models.SmallIntegerField(null=True)
    living_daughters = models.SmallIntegerField(null=True)
    children_ever = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            _date_shaped("statement"),
            *(
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__range": (0, 30)}), name=f"statement_{name}"
                )
                for name in ("living_sons", "living_daughters", "children_ever")
            ),
        ]


class Kinship(models.Model):
    """A parent of a person."""

    class Kind(models.TextChoices):
        BIRTH = "birth", _("by birth")
        ADOPTIVE = "adoptive", _("by adoption")
        STEP = "step", _("step-parent")
        ADOPTIVE_OR_STEP = "adoptive_or_step", _("by adoption or step-parent")

    fertility_sensitive: ClassVar[tuple[str, ...]] = ("child", "parent", "kind")

    pk = models.CompositePrimaryKey("child_id", "parent_id")
    child = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    parent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(child=F("parent")), name="kinship_two_people"),
            models.CheckConstraint(
                condition=Q(kind__in=["birth", "adoptive", "step", "adoptive_or_step"]), name="kinship_kind"
            ),
        ]


class Couple(models.Model):
    """Two people married to each other; the smaller number first, so that a couple is written one way."""

    fertility_sensitive: ClassVar[tuple[str, ...]] = ("a", "b", "start", "ended", "end_reason")

    pk = models.CompositePrimaryKey("a_id", "b_id", "start")
    a = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    b = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    start = Spelled()
    ended = Spelled(null=True, default=None)
    end_reason = models.CharField(max_length=20, default="", blank=True)

    class Meta:
        constraints = [
            _date_shaped("couple"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="couple_ordered"),
            models.CheckConstraint(
                condition=Q(ended=None, end_reason="") | Q(ended__isnull=False) & ~Q(end_reason=""),
                name="couple_end_has_reason",
            ),
        ]


class RecentHousehold(models.Model):
    """That an account opened a household lately. No fact about people: numbers alone, and not for long."""

    account_id = models.BigIntegerField()
    household_id = models.BigIntegerField()
    opened_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "household_id"], name="recent_household_once")
        ]


class DisabilityCertificate(models.Model):
    """A disability certificate: kept for private programmes alone (rights rule 3).

    Kind and grade stand encrypted. No list, page, history, snapshot or export reads this table.
    """

    private: ClassVar[tuple[str, ...]] = ("person", "start", "until", "cipher")

    pk = models.CompositePrimaryKey("person_id", "start")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    start = Spelled()
    until = Spelled()
    cipher = models.TextField()

    class Meta:
        constraints = [
            _date_shaped("certificate"),
            models.CheckConstraint(
                condition=Q(until__length__in=DATE_LENGTHS), name="certificate_until_shape"
            ),
            models.CheckConstraint(condition=~Q(cipher=""), name="certificate_is_sealed"),
        ]
