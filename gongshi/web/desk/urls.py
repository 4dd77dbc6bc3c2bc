"""Addresses of the desk. Sign-in is allauth's, as far as it is needed: nobody signs up, and no mail is sent."""

from allauth.account.views import logout
from django.contrib.auth.decorators import login_required
from django.urls import include, path

from gongshi.web.desk import (
    answers,
    board,
    case,
    contents,
    keys,
    moves,
    offices,
    publication,
    queue,
    recusals,
    signin,
    why,
)

CASE = "cases/<slug:reference>/<int:number>/"

pages = [
    path("", queue.show, name="queue"),
    path("offices/", offices.choose, name="offices"),
    path("rights/", why.rights, name="rights"),
    path(CASE, case.show, name="case"),
    path(f"{CASE}why/", why.case, name="why"),
    path(f"{CASE}look/", contents.look, name="look"),
    path(f"{CASE}contact/", contents.contact, name="contact"),
    path(f"{CASE}files/<uuid:attachment>/", contents.file, name="file"),
    path(f"{CASE}files/<uuid:attachment>/picture/", contents.picture, name="picture"),
    path(f"{CASE}note/", moves.note, name="note"),
    path(f"{CASE}answer/", answers.write, name="answer"),
    path(f"{CASE}moves/<slug:code>/", moves.make, name="move"),
    path(f"{CASE}step-back/", recusals.step_back, name="step_back"),
    path(f"{CASE}recuse/", recusals.recuse, name="recuse"),
    path(f"{CASE}recuse/<uuid:recusal>/undo/", recusals.undo, name="undo_recusal"),
    path(f"{CASE}handler/", recusals.handler, name="handler"),
    path("keys/", keys.show, name="keys"),
    path("keys/open/", keys.unlock, name="open_key"),
    path("keys/new/", keys.make, name="make_key"),
    path("keys/hand/<uuid:staff>/", keys.hand, name="hand_key"),
    path("keys/renew/", keys.renew, name="renew_key"),
    path("keys/seal-anew/", keys.seal_anew, name="seal_anew"),
    path("board/", board.show, name="board"),
    path("board/<uuid:supervision>/", board.decide, name="decide"),
    path("publication/", publication.waiting, name="publication"),
    path("publication/<uuid:consent>/", publication.review, name="review"),
]

urlpatterns = [
    path("login/", signin.SignIn.as_view(), name="account_login"),
    path("logout/", logout, name="account_logout"),
    path("password/", login_required(signin.PasswordChange.as_view()), name="account_change_password"),
    path("", include((pages, "desk"))),
]
