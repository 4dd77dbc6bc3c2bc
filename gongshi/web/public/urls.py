"""Addresses of the residents' pages. No address ever holds a receipt, and none names a filing."""

from django.urls import URLPattern, URLResolver, include, path

from gongshi.web.public import (
    answers,
    claiming,
    exporting,
    filing,
    maps,
    opening,
    own,
    pages,
    proof,
    withdrawing,
)

app_name = "public"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("file/", filing.file, name="file"),
    path("file/send/", filing.send, name="send"),
    path("file/map/<slug:code>.svg", maps.area_map, name="map"),
    path("file/about-persons/", pages.tip_offs, name="tip_offs"),
    path("filed/", filing.filed, name="filed"),
    path("filed/print/", filing.print_receipt, name="print"),
    path("open/", opening.open_filing, name="open"),
    path("claim/", claiming.claim, name="claim"),
    path("leave/", opening.leave, name="leave"),
    path("filing/", own.filing, name="filing"),
    path("filing/<int:number>/", own.case, name="case"),
    path("filing/<int:number>/move/", own.make, name="move"),
    path("filing/<int:number>/say/", own.say_of, name="say"),
    path("filing/<int:number>/add/", own.add, name="add"),
    path("filing/withdraw/", withdrawing.withdraw_filing, name="withdraw_filing"),
    path("filing/proof/", proof.proof, name="proof"),
    path("filing/download/", exporting.export, name="export"),
    path("filing/keep/", withdrawing.keep_filing, name="keep_filing"),
    path("filing/<int:number>/withdraw/", withdrawing.withdraw_case, name="withdraw"),
    path("filing/<int:number>/keep/", withdrawing.keep_case, name="keep_case"),
    path("filing/<int:number>/recuse/", own.recuse, name="recuse"),
    path("filing/<int:number>/publish/", own.publish, name="publish"),
    path("filing/<int:number>/files/<uuid:attachment_id>/", own.attachment, name="attachment"),
    path("answers/", answers.answers, name="answers"),
    path("answers/answered/", answers.answered, name="answered"),
    path("answers/page/<slug:code>/", answers.answer, name="answer"),
    path("how-it-works/", pages.how_it_works, name="how_it_works"),
    path("what-we-keep/", pages.what_we_keep, name="what_we_keep"),
    path("what-it-cannot-protect/", pages.what_it_cannot, name="what_it_cannot"),
    path("", include("gongshi.web.public.openly.urls")),
]
