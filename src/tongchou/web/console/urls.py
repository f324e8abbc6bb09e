"""Addresses of the staff console. No name, number or search text is ever part of one."""

from django.urls import path

from tongchou.web.console.views import (
    account,
    areas,
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
    path("search/forget", search.forget, name="search-forget"),
    path("areas", areas.areas, name="areas"),
    path("households/<int:household_id>", household.household, name="household"),
    path("people/<int:person_id>/unmask", household.person_unmask, name="person-unmask"),
    path("intake", intake.files, name="intake"),
    path("intake/new", intake.new, name="intake-new"),
    path("intake/<int:file_id>", intake.file, name="intake-file"),
    path("intake/<int:file_id>/apply", intake.apply, name="intake-apply"),
    path("intake/<int:file_id>/discard", intake.discard, name="intake-discard"),
    path("intake/<int:file_id>/problems.xlsx", intake.problems, name="intake-problems"),
    path("population", population.population, name="population"),
    path("population.xlsx", population.workbook, name="population-workbook"),
    path("jobs", jobs.listed, name="jobs"),
    path("jobs/refresh", jobs.refresh, name="jobs-refresh"),
    path("jobs/<int:job_id>/row", jobs.row, name="job-row"),
    path("jobs/<int:job_id>/cancel", jobs.cancel, name="job-cancel"),
    path("jobs/<int:job_id>/again", jobs.again, name="job-again"),
    path("worklist", worklist.worklist, name="worklist"),
    path("worklist/claim", worklist.claim, name="worklist-claim"),
]
