"""Addresses of the desk. Sign-in is allauth's, as far as it is needed: nobody signs up, and no mail is sent."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path

from gongshi.web.desk import (
    account,
    answer_pages,
    answers,
    board,
    case,
    contents,
    first_password,
    glass,
    keys,
    moves,
    office_account,
    offices,
    publication,
    queue,
    recusals,
    signin,
    together,
    why,
)

CASE = "cases/<slug:reference>/<int:number>/"

pages = [
    path("", queue.show, name="queue"),
    path("together/", together.show, name="together"),
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
    path(f"{CASE}page/", answer_pages.of_answer, name="page_of_answer"),
    path("pages/", answer_pages.listed, name="pages"),
    path("pages/new/", answer_pages.new, name="new_page"),
    path("pages/of/<slug:code>/", answer_pages.edit, name="page"),
    path("keys/", keys.show, name="keys"),
    path("keys/open/", keys.unlock, name="open_key"),
    path("keys/new/", keys.make, name="make_key"),
    path("keys/passphrase/", keys.change, name="change_passphrase"),
    path("keys/hand/<uuid:staff>/", keys.hand, name="hand_key"),
    path("keys/renew/", keys.renew, name="renew_key"),
    path("keys/seal-anew/", keys.seal_anew, name="seal_anew"),
    path("break-glass/", glass.show, name="glass"),
    path("break-glass/<uuid:asked>/approve/", glass.approve, name="glass_approve"),
    path("break-glass/<uuid:asked>/refuse/", glass.refuse, name="glass_refuse"),
    path("break-glass/<uuid:asked>/end/", glass.end, name="glass_end"),
    path("break-glass/<slug:reference>/<int:number>/", glass.case, name="glass_case"),
    path("break-glass/<slug:reference>/<int:number>/<uuid:attachment>/", glass.file, name="glass_file"),
    path("board/", board.show, name="board"),
    path("board/<uuid:supervision>/", board.decide, name="decide"),
    path("publication/", publication.waiting, name="publication"),
    path("publication/<uuid:consent>/", publication.review, name="review"),
]

# The names are the library's: its views lead to each other by them.
sign_in = [
    path("login/", signin.SignIn.as_view(), name="account_login"),
    path("login/code/", account.SecondStep.as_view(), name="mfa_authenticate"),
    path("login/passkey/", account.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("login/at/<slug:provider_id>/", office_account.leave, name="openid_connect_login"),
    path("login/at/<slug:provider_id>/back/", office_account.back, name="openid_connect_callback"),
    path("login/first/", first_password.first_password, name="account_first_password"),
    path("logout/", account.SignOut.as_view(), name="account_logout"),
    path("password/", login_required(signin.PasswordChange.as_view()), name="account_change_password"),
    path("account/", account.Account.as_view(), name="mfa_index"),
    path("account/sessions/", account.end, name="account_end_session"),
    path("account/app/", account.AddApp.as_view(), name="mfa_activate_totp"),
    path("account/app/remove/", login_required(account.RemoveApp.as_view()), name="mfa_deactivate_totp"),
    path("account/passkey/", account.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("account/passkey/<int:pk>/remove/", account.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("account/recovery/", account.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("account/recovery/new/", account.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("account/again/", account.PasswordAgain.as_view(), name="account_reauthenticate"),
    path("account/again/code/", account.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("account/again/passkey/", account.PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"),
    path("account/again/sign-in/", account.sign_in_again, name="account_sign_in_again"),
]

urlpatterns = [*sign_in, path("", include((pages, "desk")))]
