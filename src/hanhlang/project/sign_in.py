"""How people sign in: what django-allauth is told, from ``HANHLANG_*`` environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CODE_MINUTES = 10
PROVIDER = "organisation"


def settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings of sign-in: codes by e-mail, passkeys, codes of an app, an organisation's own sign-in; no passwords."""
    https = environment.get("HANHLANG_HTTPS") == "1"
    return {
        "ACCOUNT_ADAPTER": "hanhlang.web.signin.adapters.AccountAdapter",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*"],
        "ACCOUNT_LOGIN_BY_CODE_ENABLED": True,
        "ACCOUNT_LOGIN_BY_CODE_TIMEOUT": CODE_MINUTES * 60,
        "ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS": 3,
        # Accounts are opened by an invitation sent to the address: the address needs no further proof, and strangers get no mail.
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": False,
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS": False,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if https else "http",
        "ACCOUNT_FORMS": {
            "request_login_code": "hanhlang.web.signin.forms.AskForCode",
            "confirm_login_code": "hanhlang.web.signin.forms.GiveCode",
        },
        "ALLAUTH_TRUSTED_PROXY_COUNT": int(environment.get("HANHLANG_PROXIES", "0")),
        "MFA_ADAPTER": "hanhlang.web.signin.adapters.FactorAdapter",
        "MFA_SUPPORTED_TYPES": ["webauthn", "totp", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_ISSUER": "Hanhlang",
        # Phones' clocks are some seconds off, and people type slowly.
        "MFA_TOTP_TOLERANCE": 1,
        # Without HTTPS the pages are on this machine only, where browsers allow passkeys on http://localhost.
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not https,
        "MFA_FORMS": {
            "authenticate": "hanhlang.web.signin.forms.SecondStep",
            "reauthenticate": "hanhlang.web.signin.forms.SecondStepAgain",
            "activate_totp": "hanhlang.web.signin.forms.StartApp",
            "login_webauthn": "hanhlang.web.signin.forms.UsePasskey",
            "authenticate_webauthn": "hanhlang.web.signin.forms.PasskeyAsSecondStep",
            "reauthenticate_webauthn": "hanhlang.web.signin.forms.PasskeyAgain",
            "add_webauthn": "hanhlang.web.signin.forms.AddPasskey",
            "edit_webauthn": "hanhlang.web.signin.forms.RenamePasskey",
        },
        "SOCIALACCOUNT_ADAPTER": "hanhlang.web.signin.adapters.OrganisationAdapter",
        "SOCIALACCOUNT_EMAIL_VERIFICATION": "none",
        # A link, not a form: the content security policy lets no form end on another site.
        "SOCIALACCOUNT_LOGIN_ON_GET": True,
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_PROVIDERS": organisation(environment),
    }


def organisation(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the organisation's OpenID Connect provider, if ``HANHLANG_OIDC_ISSUER`` names one."""
    issuer = environment.get("HANHLANG_OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return {}
    return {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": PROVIDER,
                    "name": environment.get("HANHLANG_OIDC_NAME", "OpenID Connect"),
                    "client_id": environment.get("HANHLANG_OIDC_CLIENT_ID", ""),
                    "secret": environment.get("HANHLANG_OIDC_CLIENT_SECRET", ""),
                    # Known accounts only, found by an address that the provider says it has verified.
                    "settings": {"server_url": issuer, "email_authentication": True},
                }
            ],
        }
    }
