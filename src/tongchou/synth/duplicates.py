"""People who stand in the registers twice, and people who only look like it: a labelled table for matching.

A fixed recipe over the tables of a synthetic prefecture. The second record of a person comes from another
register: written by somebody else, years later, often after a move or a wedding. See
docs/methods/matching.md for the shares and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from tongchou.synth import disagree
from tongchou.synth.names import COMPOUND

#: Columns of the table; as ``tongchou.domain.matching`` wants them.
COLUMNS = (
    "person", "name", "sex", "birth_year", "birth_month", "birth_day", "id_key", "household", "village",
    "township", "county", "phone_key", "father", "mother", "spouse", "ethnicity", "education", "away",
)  # fmt: skip
#: Simplified characters and the traditional form some still write (second column).
_FORMS = """
    国國 华華 丽麗 龙龍 云雲 兰蘭 凤鳳 贵貴 荣榮 军軍 红紅 艳艷 学學 远遠 庆慶 鹏鵬 辉輝 强強 飞飛 刚剛 伟偉
    涛濤 阳陽 东東 张張 陈陳 刘劉 杨楊 罗羅 邓鄧 叶葉 吴吳 赵趙 郑鄭 钟鍾 蒋蔣 卢盧 坤堃 峰峯 升昇 宁甯 晓曉
    梦夢 静靜 莲蓮 韵韻 诗詩 语語 轩軒 颖穎 娅婭 琼瓊 义義
"""
_TRADITIONAL = {form[0]: form[1] for form in _FORMS.split()}
#: Any character of a given name may be mistaken for one of these.
_OTHERS = "明华国文光永世德正平建志海春林云成山江东富贵祥和顺安玉秀桂兰芳英珍琴梅燕雪丽敏静"
#: Shares of the planted pairs; the rest keeps the field as it was.
NAME = {"homophone": 0.15, "typo": 0.08, "traditional": 0.08, "unwritten": 0.04, "shortened": 0.04}
BIRTH = {"swapped": 0.10, "digit": 0.10, "vague": 0.05, "lunar": 0.03}
MOVED, MARRIED, SAME_VILLAGE = 0.40, 0.25, 0.35
WITHOUT_NUMBER = 0.40
#: Of the pairs without a usable number: which side lacks it.
_LACKS_SECOND, _LACKS_FIRST = 0.70, 0.15
#: People who have no usable number in the one register they stand in.
NEVER_A_NUMBER = 0.03
SEX_WRONG, PHONE_KEPT, KIN_KEPT = 0.01, 0.45, 0.6
ETHNICITY_KEPT, EDUCATION_KEPT = 0.97, 0.8
#: Of the pairs with two usable numbers: those whose numbers differ.
TWO_NUMBERS = 0.01
#: Share of people chosen whose whole household is in the other register too, and of movers known to be away.
WHOLE_HOUSEHOLD, KNOWN_AWAY = 0.2, 0.7


@dataclass(frozen=True, slots=True)
class Labelled:
    """``people`` with ``COLUMNS``; ``pairs`` with ``a < b`` (person numbers), ``kind`` and ``numbered``.

    ``numbered`` is true when both records carry the one usable number of the person; pairs of the kind
    ``two_numbers`` carry different ones. ``traps`` are the pairs planted
    to be mistaken: twins, siblings, cousins of one name, namesakes of one birth date, a number of another.
    """

    people: pl.DataFrame
    pairs: pl.DataFrame
    traps: pl.DataFrame


def labelled(folder: Path, *, pairs: int, seed: int) -> Labelled:
    """The table for a prefecture made by ``synth.prefecture`` in ``folder``.

    Parameters
    ----------
    pairs : int
        Second records to plant. A tenth as many of each kind of trap are planted too (numbers of others: a
        twentieth).
    """
    rng = np.random.default_rng(seed)
    base = _base(folder)
    never = pl.Series(rng.random(base.height) < NEVER_A_NUMBER)
    base = base.with_columns(
        pl.when(never).then(pl.lit(None, pl.String)).otherwise(pl.col("id_key")).alias("id_key")
    )
    first = base.height + 1
    spots = base.select("village", "township", "county").unique().sort("village").to_dicts()
    households = int(base["household"].max() or 0) + 1  # type: ignore[arg-type]
    seconds, bare, away, truth = [], [], [], []
    for at, group in enumerate(_groups(base, pairs, rng)):
        move = _move(group[0], spots, households + at, together=len(group) > 1, rng=rng)
        for row in group:
            second = _second(row, move, rng) | {"person": first + len(seconds)}
            lacks = _numbers(row, second, rng)
            if lacks in ("first", "both"):
                bare.append(row["person"])
            if move.kind != "same_village" and rng.random() < KNOWN_AWAY:
                away.append(row["person"])
            seconds.append(second)
            # Some got a second number when one was mended or given twice; both pass every check.
            two = bool(row["id_key"]) and not lacks and rng.random() < TWO_NUMBERS
            if two:
                second["id_key"] = f"other{second['person']}"
            numbered = bool(row["id_key"]) and not lacks and not two
            truth.append((row["person"], second["person"], "two_numbers" if two else move.kind, numbered))
    traps, trap_pairs = _traps(base, pairs, first + pairs, households + pairs, spots, rng)
    people = base.with_columns(
        pl.when(pl.col("person").is_in(bare)).then(None).otherwise(pl.col("id_key")).alias("id_key"),
        (pl.col("away") | pl.col("person").is_in(away)).alias("away"),
    )
    added = pl.DataFrame([*seconds, *traps], schema=people.schema)
    return Labelled(
        people=pl.concat([people, added]).select(COLUMNS),
        pairs=pl.DataFrame(truth, schema=["a", "b", "kind", "numbered"], orient="row"),
        traps=pl.DataFrame(trap_pairs, schema=["a", "b", "kind"], orient="row"),
    )


def _base(folder: Path) -> pl.DataFrame:
    wanted = (
        "person_no", "name", "sex", "birth", "id_number", "household_id", "village_code", "township_code",
        "unit_code", "phone", "line", "father_line", "mother_line", "spouse_line", "ethnicity", "education",
        "resident_here",
    )  # fmt: skip
    table = pl.concat(
        [
            pl.read_parquet(file, columns=list(wanted))
            for file in sorted((folder / "people").glob("*.parquet"))
        ]
    )
    by_line = table.select("household_id", pl.col("line").alias("at"), pl.col("name").alias("kin"))
    for kin in ("father", "mother", "spouse"):
        table = table.join(
            by_line.rename({"kin": kin}),
            left_on=["household_id", f"{kin}_line"],
            right_on=["household_id", "at"],
            how="left",
            maintain_order="left",
        )
    return table.select(
        pl.col("person_no").alias("person"),
        "name",
        "sex",
        pl.col("birth").dt.year().cast(pl.Int16).alias("birth_year"),
        pl.col("birth").dt.month().cast(pl.Int8).alias("birth_month"),
        pl.col("birth").dt.day().cast(pl.Int8).alias("birth_day"),
        pl.col("id_number").alias("id_key"),
        pl.col("household_id").alias("household"),
        pl.col("village_code").alias("village"),
        pl.col("township_code").alias("township"),
        pl.col("unit_code").alias("county"),
        pl.col("phone").str.slice(0, 11).alias("phone_key"),
        "father",
        "mother",
        "spouse",
        "ethnicity",
        "education",
        (~pl.col("resident_here")).alias("away"),
    ).sort("person")


@dataclass(frozen=True, slots=True)
class _Move:
    """What lies between the two registers: ``place`` is the new village, ``married`` a new family."""

    kind: str
    household: int
    place: dict[str, str]


def _groups(base: pl.DataFrame, pairs: int, rng: np.random.Generator) -> list[list[dict]]:
    """``pairs`` people in all: most alone, some with the household they live in."""
    chosen = base[np.sort(rng.choice(base.height, size=pairs, replace=False))]
    whole = rng.random(pairs) < WHOLE_HOUSEHOLD
    households = chosen.filter(pl.Series(whole))["household"].unique()
    members = base.filter(pl.col("household").is_in(households.to_list())).partition_by("household")
    groups = [one.head(5).to_dicts() for one in members if one.height > 1][: pairs // 8]
    taken = {row["person"] for group in groups for row in group}
    left = pairs - len(taken)
    rows = chosen[rng.permutation(pairs)].to_dicts()
    groups += [[row] for row in rows if row["person"] not in taken][:left]
    return groups


def _move(row: dict, spots: list[dict], household: int, *, together: bool, rng: np.random.Generator) -> _Move:
    here = {name: row[name] for name in ("village", "township", "county")}
    lot = rng.random()
    if lot < MARRIED and not together and 1956 <= row["birth_year"] <= 2006:
        return _Move("married", household, _elsewhere(row, spots, rng))
    if lot < MOVED + MARRIED:
        return _Move("moved", household, _elsewhere(row, spots, rng))
    return _Move("same_village", household, here)


def _second(row: dict, move: _Move, rng: np.random.Generator) -> dict:
    """Another register's record of the person."""
    second = dict(row) | move.place | {"household": move.household, "away": rng.random() < 0.05}
    if move.kind == "married":
        second |= {"spouse": _stranger(rng), "father": None, "mother": None}
        if rng.random() < 0.3:
            second |= {"father": row["father"], "mother": row["mother"]}
    elif rng.random() >= KIN_KEPT:
        second |= {"father": None, "mother": None, "spouse": None}
    else:
        for kin in ("father", "mother", "spouse"):
            if second[kin] and rng.random() < 0.1:
                second[kin] = disagree.name_variant(second[kin], rng)
    second["name"] = _name(row["name"], rng)
    second |= _birth(row, rng)
    if rng.random() < SEX_WRONG:
        second["sex"] = 3 - row["sex"]
    if rng.random() >= PHONE_KEPT:
        second["phone_key"] = f"140{rng.integers(10**8):08d}" if rng.random() < 0.7 else None
    if rng.random() >= ETHNICITY_KEPT:
        second["ethnicity"] = "01"
    if rng.random() >= EDUCATION_KEPT:
        second["education"] = rng.choice(["61", "71", "81", "31", None])
    return second


def _elsewhere(row: dict, spots: list[dict], rng: np.random.Generator) -> dict[str, str]:
    """Another village: of the same county for six in ten who move."""
    near = rng.random() < 0.6
    while True:
        spot = spots[int(rng.integers(len(spots)))]
        if spot["village"] != row["village"] and (not near or spot["county"] == row["county"]):
            return dict(spot)


def _name(name: str, rng: np.random.Generator) -> str:
    lot = rng.random()
    for kind, share in NAME.items():
        if lot < share:
            return _written(name, kind, rng)
        lot -= share
    return name


def _surname(name: str) -> int:
    return 2 if name.startswith(COMPOUND) else 1


def _written(name: str, kind: str, rng: np.random.Generator) -> str:
    surname = _surname(name)
    place = int(rng.integers(surname, len(name))) if len(name) > surname else 0
    if kind == "homophone":
        return disagree.name_variant(name, rng)
    if kind == "typo":
        return name[:place] + _OTHERS[int(rng.integers(len(_OTHERS)))] + name[place + 1 :]
    if kind == "traditional":
        return "".join(_TRADITIONAL.get(character, character) for character in name)
    if kind == "unwritten":
        return name[:place] + "?" + name[place + 1 :]
    return name[:surname] + name[surname + 1 :] if len(name) - surname >= 2 else name


def _birth(row: dict, rng: np.random.Generator) -> dict:
    year, month, day = row["birth_year"], row["birth_month"], row["birth_day"]
    lot = rng.random()
    if lot < BIRTH["swapped"]:
        return {"birth_month": day, "birth_day": month} if day <= 12 and day != month else {}
    lot -= BIRTH["swapped"]
    if lot < BIRTH["digit"]:
        which = int(rng.integers(3))
        if which == 0:
            return {"birth_year": year + int(rng.choice([-10, -1, 1, 10])) if year < 2010 else year - 1}
        if which == 1:
            return {"birth_month": month % 9 + 1 if month < 10 else 10 + (month - 9) % 3}
        return {
            "birth_day": day // 10 * 10
            + (day % 10 + 1) % 8
            + (1 if day < 10 and (day % 10 + 1) % 8 == 0 else 0)
        }
    lot -= BIRTH["digit"]
    if lot < BIRTH["vague"]:
        return {"birth_day": None} if rng.random() < 0.5 else {"birth_day": None, "birth_month": None}
    lot -= BIRTH["vague"]
    if lot < BIRTH["lunar"]:
        later = np.datetime64(f"{year:04d}-{month:02d}-{day:02d}") - np.timedelta64(
            int(rng.integers(20, 50)), "D"
        )
        y, m, d = (int(part) for part in str(later).split("-"))
        return {"birth_year": y, "birth_month": m, "birth_day": d}
    return {}


def _numbers(row: dict, second: dict, rng: np.random.Generator) -> str:
    """Takes usable numbers away; which record of the two lacks it, or ``both``, or nothing."""
    if rng.random() >= WITHOUT_NUMBER:
        return ""
    lot = rng.random()
    if lot < _LACKS_SECOND:
        second["id_key"] = None
        return "second"
    if lot < _LACKS_SECOND + _LACKS_FIRST:
        return "first"
    second["id_key"] = None
    return "both"


def _stranger(rng: np.random.Generator) -> str:
    surnames = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
    return surnames[int(rng.integers(len(surnames)))] + "".join(
        _OTHERS[int(rng.integers(len(_OTHERS)))] for _ in range(2)
    )


def _traps(
    base: pl.DataFrame, pairs: int, first: int, household: int, spots: list[dict], rng: np.random.Generator
) -> tuple[list[dict], list[tuple[int, int, str]]]:
    """New people who resemble one of the register: each is somebody else."""
    made: list[dict] = []
    truth: list[tuple[int, int, str]] = []
    young = base.filter(
        pl.col("birth_year") >= 1985, pl.col("father").is_not_null(), pl.col("name").str.len_chars() == 3
    )
    everybody = base.filter(pl.col("name").str.len_chars() >= 2)
    others = _some(everybody, pairs, rng)
    rng.shuffle(others)

    def add(row: dict, kind: str, **changed: object) -> None:
        one = dict(row) | changed | {"person": first + len(made)}
        if kind in ("cousin", "namesake"):  # nothing ties them to the other but the name
            one |= {
                fact: others[len(made) % len(others)][fact] for fact in ("ethnicity", "education", "away")
            }
        # Somebody else has another number; one in three has none that could be used.
        one["id_key"] = None if rng.random() < 1 / 3 else f"other{first + len(made)}"
        truth.append((row["person"], one["person"], kind))
        made.append(one)

    for row in _some(young, pairs // 10, rng):
        place = int(rng.integers(1, 3))
        other = row["name"][:place] + _OTHERS[int(rng.integers(len(_OTHERS)))] + row["name"][place + 1 :]
        if other != row["name"]:
            add(row, "twin", name=other, sex=int(rng.integers(1, 3)), phone_key=None)
    for row in _some(young, pairs // 10, rng):
        other = row["name"][:2] + _OTHERS[int(rng.integers(len(_OTHERS)))]
        if other != row["name"]:
            year = row["birth_year"] + int(rng.choice([-2, -1, 1, 2]))
            add(
                row,
                "sibling",
                name=other,
                birth_year=year,
                birth_month=int(rng.integers(1, 13)),
                phone_key=None,
            )
    for at, row in enumerate(_some(everybody, pairs // 10, rng)):
        year = row["birth_year"] + int(rng.choice([-3, -2, -1, 1, 2, 3]))
        add(
            row, "cousin", household=household + at, birth_year=year, birth_month=int(rng.integers(1, 13)),
            birth_day=int(rng.integers(1, 29)), phone_key=None, father=_stranger(rng), mother=_stranger(rng),
            spouse=None,
        )  # fmt: skip
    for at, row in enumerate(_some(everybody, pairs // 10, rng)):
        add(
            row, "namesake", household=household + pairs + at, phone_key=None, father=_stranger(rng),
            mother=_stranger(rng), spouse=None, **_elsewhere(row, spots, rng),
        )  # fmt: skip
    for row in _some(
        everybody.filter(pl.col("spouse").is_not_null(), pl.col("id_key").is_not_null()), pairs // 20, rng
    ):
        add(row, "number_of_another", name=row["spouse"], sex=3 - row["sex"], spouse=row["name"],
            birth_year=row["birth_year"] + 1, birth_day=int(rng.integers(1, 29)))  # fmt: skip
        made[-1]["id_key"] = row["id_key"]
    return made, truth


def _some(frame: pl.DataFrame, size: int, rng: np.random.Generator) -> list[dict]:
    return frame[np.sort(rng.choice(frame.height, size=min(size, frame.height), replace=False))].to_dicts()
