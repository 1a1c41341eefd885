/** @type {import('sequelize-cli').Migration} */
module.exports = {
  up: (queryInterface) =>
    // Replaces `action_tokens`, which allows one link per user and purpose. The previous version still uses that table, so
    // triggers keep the two in sync until a later version drops it.
    queryInterface.sequelize.query(`
      CREATE TABLE links (
        token_hash bytea PRIMARY KEY,
        user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        purpose    text NOT NULL CHECK (purpose IN ('verify_email', 'change_email', 'reset_password')),
        email      text NOT NULL,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX links_user_id ON links (user_id);
      CREATE INDEX links_expires_at ON links (expires_at);
      INSERT INTO links SELECT token_hash, user_id, purpose, email, expires_at FROM action_tokens;

      CREATE FUNCTION copy_action_token() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP <> 'INSERT' THEN
          DELETE FROM links WHERE token_hash = OLD.token_hash;
        END IF;
        IF TG_OP <> 'DELETE' THEN
          INSERT INTO links (token_hash, user_id, purpose, email, expires_at)
          VALUES (NEW.token_hash, NEW.user_id, NEW.purpose, NEW.email, NEW.expires_at) ON CONFLICT DO NOTHING;
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER copy_action_token AFTER INSERT OR UPDATE OR DELETE ON action_tokens
        FOR EACH ROW EXECUTE FUNCTION copy_action_token();
      CREATE FUNCTION remove_action_token() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM action_tokens WHERE token_hash = OLD.token_hash;
        RETURN NULL;
      END $$;
      CREATE TRIGGER remove_action_token AFTER DELETE ON links FOR EACH ROW EXECUTE FUNCTION remove_action_token()
    `),
  down: (queryInterface) =>
    queryInterface.sequelize.query(`
      DROP TRIGGER copy_action_token ON action_tokens;
      DROP TABLE links;
      DROP FUNCTION copy_action_token, remove_action_token
    `),
};
