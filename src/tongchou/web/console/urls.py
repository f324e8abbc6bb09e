"""Addresses of the staff console. No name, number or search text is ever part of one."""

from django.urls import path

from tongchou.web.console.views import (
    account,
    areas,
    checks,
    home,
    household,
    intake,
    jobs,
    population,
    search,
    worklist,
)

app_name = "console"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", account.SignIn.as_view(), name="sign-in"),
    path("sign-out", account.sign_out, name="sign-out"),
    path("language", account.language, name="language"),
    path("account", account.account, name="account"),
    path("account/password", account.password, name="password"),
    path("search", search.search, name="search"),
    path("households/<int:household_id>", household.household, name="household"),
    path("people/<int:person_id>/unmask", household.person_unmask, name="person-unmask"),
    path("people/<int:person_id>/claim/take-back", worklist.take_back, name="claim-take-back"),
    path("intake", intake.files, name="intake"),
    path("intake/new", intake.new, name="intake-new"),
    path("intake/<int:file_id>", intake.file, name="intake-file"),
    path("intake/<int:file_id>/apply", intake.apply, name="intake-apply"),
    path("intake/<int:file_id>/discard", intake.discard, name="intake-discard"),
    path("intake/<int:file_id>/problems.xlsx", intake.problems, name="intake-problems"),
    path("population", population.population, name="population"),
    path("population.xlsx", population.workbook, name="population-workbook"),
    path("checks", checks.overview, name="checks"),
    path("checks/run", checks.run, name="checks-run"),
    path("checks/<slug:code>", checks.named, name="check"),
    path("jobs", jobs.listed, name="jobs"),
    path("jobs/refresh", jobs.refresh, name="jobs-refresh"),
    path("jobs/<int:job_id>/row", jobs.row, name="job-row"),
    path("jobs/<int:job_id>/cancel", jobs.cancel, name="job-cancel"),
    path("jobs/<int:job_id>/again", jobs.again, name="job-again"),
    path("areas", areas.index, name="areas"),
    path("areas/<int:area_id>", areas.area, name="area"),
    path("areas/<int:area_id>/plan/<slug:kind>", areas.plan, name="area-plan"),
    path("areas/changes/<int:change_id>", areas.change, name="area-change"),
    path("areas/changes/<int:change_id>/<slug:act>", areas.decide, name="area-decide"),
    path("worklist", worklist.worklist, name="worklist"),
    path("worklist/claim", worklist.claim, name="worklist-claim"),
]
