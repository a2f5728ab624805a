"""
The door and my account. Names with ``account_``, ``mfa_``, ``openid_connect_`` and ``socialaccount_`` are those django-allauth asks for.

Its own lists of addresses are not included: what it has for passwords and for signing up does not exist here.
"""

from django.urls import URLPattern, URLResolver, path

from hanhlang.web import agenda_feed
from hanhlang.web.signin import account, organisation, outbox, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-in/", views.sign_in, name="account_request_login_code"),
    path("sign-in/code/", views.give_code, name="account_confirm_login_code"),
    path("sign-in/passkey/", views.sign_in_with_passkey, name="mfa_login_webauthn"),
    path("sign-in/second-step/", views.second_step, name="mfa_authenticate"),
    path("sign-in/closed/", views.inactive, name="account_inactive"),
    path("sign-in/cancelled/", organisation.cancelled, name="socialaccount_login_cancelled"),
    path("sign-in/with/<slug:provider_id>/", organisation.start, name="openid_connect_login"),
    path("sign-in/with/<slug:provider_id>/back/", organisation.back, name="openid_connect_callback"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("account/", account.mine(account.Index), name="account"),
    path("account/", account.mine(account.Index), name="mfa_index"),
    path("account/", account.mine(account.Index), name="mfa_list_webauthn"),
    path("account/sessions/end/", account.end_session, name="end-session"),
    path("account/sessions/end-others/", account.end_others, name="end-other-sessions"),
    path("account/passkeys/add/", account.mine(account.AddPasskey), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/rename/", account.mine(account.RenamePasskey), name="mfa_edit_webauthn"),
    path("account/passkeys/<int:pk>/remove/", account.mine(account.RemovePasskey), name="mfa_remove_webauthn"),
    path("account/app/", account.mine(account.StartApp), name="mfa_activate_totp"),
    path("account/app/stop/", account.mine(account.StopApp), name="mfa_deactivate_totp"),
    path("account/recovery-codes/", account.mine(account.RecoveryCodes), name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", account.mine(account.NewRecoveryCodes), name="mfa_generate_recovery_codes"),
    path("account/recovery-codes/file/", account.mine(account.RecoveryCodesFile), name="mfa_download_recovery_codes"),
    path("account/confirm/", account.mine(account.ConfirmAgain), name="mfa_reauthenticate"),
    path("account/confirm/passkey/", account.mine(account.ConfirmAgainWithPasskey), name="mfa_reauthenticate_webauthn"),
    path("demo/sign-in/", views.sign_in_for_demo, name="demo-sign-in"),
    path("demo/clock/", views.move_clock, name="demo-clock"),
    path("demo/outbox/", outbox.letters, name="demo-outbox"),
    path("demo/outbox/<uuid:pk>/", outbox.letter, name="demo-letter"),
    path("agenda/<str:token>.ics", agenda_feed.feed, name="agenda-feed"),
]
