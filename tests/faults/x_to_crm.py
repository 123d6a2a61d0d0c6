"""A hub that polls X and writes to a CRM, without its routes: what configurations of tests begin with."""

HEAD = """hub:
  listen: 127.0.0.1:${env.MAILLON_PORT ?? '8080'}
  public_url: http://127.0.0.1:${env.MAILLON_PORT ?? '8080'}
  admin: unix:${env.MAILLON_DATA}/admin.sock
  store: sqlite:${env.MAILLON_DATA}/maillon.db
  secrets: ${env.MAILLON_DATA}/secrets
connectors:
  x: { plugin: twitter, url: "${env.X_URL}", account: "${env.X_ACCOUNT}", token: "${secret.x_token}", every: 250ms, since: beginning }
  crm: { plugin: sugarcrm, url: "${env.SUGAR_URL}", user: "${env.SUGAR_USER}", password: "${secret.sugar_password}", retry: { first: 100ms, longest: 1s } }
"""
