"""Requests for bilaterals as pages show them: the same forms and words in the portal and at the desk."""
