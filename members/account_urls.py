"""Signing in, and all about one's account. Ours come before the package's at the same addresses."""

from allauth.socialaccount import views as social_views
from django.urls import include, path

from members import account_views as views
from members.views import EmailAddresses

urlpatterns = [
    path("email/", EmailAddresses.as_view()),
    path("signup/", views.sign_up, name="account_signup"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/others/end/", views.end_others, name="end_other_sessions"),
    path("sessions/<int:pk>/end/", views.end_one, name="end_session"),
    path("2fa/needed/", views.second_step_needed, name="second_step"),
    path("2fa/totp/activate/", views.AddApp.as_view()),
    path("2fa/webauthn/add/", views.AddPasskey.as_view()),
    path("2fa/recovery-codes/", views.RecoveryCodes.as_view()),
    path("2fa/recovery-codes/download/", views.download_codes),
    path("2fa/", include("allauth.mfa.urls")),
    path("3rdparty/", views.Connections.as_view(), name="socialaccount_connections"),
    path("3rdparty/login/cancelled/", social_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("3rdparty/login/error/", social_views.login_error, name="socialaccount_login_error"),
    path("oidc/<slug:provider_id>/login/", views.sso_login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.sso_callback, name="openid_connect_callback"),
    path("", include("allauth.account.urls")),
]
