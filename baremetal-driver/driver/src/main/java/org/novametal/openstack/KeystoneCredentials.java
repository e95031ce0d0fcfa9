package org.novametal.openstack;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;

/** The credentials by which a service gets a token from Keystone. Their text form names them without their secret. */
public sealed interface KeystoneCredentials {
    /**
     * A user or project, by id, or by name within a domain: the only two ways in which Keystone finds one.
     *
     * <p>Source: Identity API v3, "Password authentication with scoped authorization".
     */
    sealed interface Named {
        /** By id. */
        record ById(String id) implements Named {
            /** Checks the id. */
            public ById {
                Objects.requireNonNull(id, "id");
            }

            @Override
            public String toString() {
                return id;
            }
        }

        /** By name in a domain. */
        record ByName(String name, Domain domain) implements Named {
            /** Checks that nothing is null. */
            public ByName {
                Objects.requireNonNull(name, "name");
                Objects.requireNonNull(domain, "domain");
            }

            @Override
            public String toString() {
                return name + " of domain " + domain;
            }
        }

        private ObjectNode json() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            switch (this) {
                case ById(String id) -> json.put("id", id);
                case ByName(String name, Domain domain) -> {
                    json.put("name", name);
                    json.set("domain", domain.json());
                }
            }
            return json;
        }
    }

    /** A domain, by id or by name. */
    sealed interface Domain {
        /** By id, such as {@code default}. */
        record OfId(String id) implements Domain {
            @Override
            public String toString() {
                return id;
            }
        }

        /** By name, such as {@code Default}. */
        record OfName(String name) implements Domain {
            @Override
            public String toString() {
                return name;
            }
        }

        private ObjectNode json() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            return switch (this) {
                case OfId(String id) -> json.put("id", id);
                case OfName(String name) -> json.put("name", name);
            };
        }
    }

    /**
     * A user's password, for a token of a project.
     *
     * @param user the user
     * @param password the user's password
     * @param project the project in which the user has a role
     */
    record Password(Named user, String password, Named project) implements KeystoneCredentials {
        /** Checks that nothing is null. */
        public Password {
            Objects.requireNonNull(user, "user");
            Objects.requireNonNull(password, "password");
            Objects.requireNonNull(project, "project");
        }

        @Override
        public ObjectNode request() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.set("user", user.json().put("password", password));
            ObjectNode auth = identity("password", json);
            auth.putObject("scope").set("project", project.json());
            return JsonNodeFactory.instance.objectNode().set("auth", auth);
        }

        @Override
        public String secret() {
            return password;
        }

        @Override
        public String toString() {
            return "the password of user " + user + ", for project " + project;
        }
    }

    /**
     * An application credential, which implies the project.
     *
     * @param id the credential's id
     * @param secret its secret
     */
    record ApplicationCredential(String id, String secret) implements KeystoneCredentials {
        /** Checks that nothing is null. */
        public ApplicationCredential {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(secret, "secret");
        }

        @Override
        public ObjectNode request() {
            ObjectNode credential = JsonNodeFactory.instance.objectNode();
            credential.put("id", id);
            return applicationCredential(credential, secret);
        }

        @Override
        public String toString() {
            return "the application credential " + id;
        }
    }

    /**
     * An application credential by its name, which is unique for its user.
     *
     * @param name the credential's name
     * @param user the user to whom it belongs
     * @param secret its secret
     */
    record NamedApplicationCredential(String name, Named user, String secret) implements KeystoneCredentials {
        /** Checks that nothing is null. */
        public NamedApplicationCredential {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(user, "user");
            Objects.requireNonNull(secret, "secret");
        }

        @Override
        public ObjectNode request() {
            ObjectNode credential = JsonNodeFactory.instance.objectNode();
            credential.put("name", name);
            credential.set("user", user.json());
            return applicationCredential(credential, secret);
        }

        @Override
        public String toString() {
            return "the application credential " + name + " of user " + user;
        }
    }

    /** The body of {@code POST /v3/auth/tokens}; it contains the secret. */
    ObjectNode request();

    /** The secret, which no message may contain. */
    String secret();

    private static ObjectNode applicationCredential(ObjectNode credential, String secret) {
        credential.put("secret", secret);
        return JsonNodeFactory.instance.objectNode().set("auth", identity("application_credential", credential));
    }

    /** The object {@code auth} with one method. */
    private static ObjectNode identity(String method, ObjectNode value) {
        ObjectNode auth = JsonNodeFactory.instance.objectNode();
        ObjectNode identity = auth.putObject("identity");
        identity.putArray("methods").add(method);
        identity.set(method, value);
        return auth;
    }
}
