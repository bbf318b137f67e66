/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.devserver.event;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The kinds of events, with their names for streams and for webhooks.
 *
 * @since 0.1.0
 */
public enum EventKind {

	/** An agent's capabilities have changed. */
	CAPABILITIES_CHANGED("agent.capabilities_changed", Uris.CAEP + "token-claims-change"),

	/** A role was given. */
	ROLE_ASSIGNED("role.assigned", Uris.CAEP + "token-claims-change"),

	/** A role was taken away. */
	ROLE_UNASSIGNED("role.unassigned", Uris.CAEP + "token-claims-change"),

	/** A user or an agent became a member of a group. */
	GROUP_MEMBER_ADDED("group.member_added", Uris.CAEP + "token-claims-change"),

	/** A user or an agent is no longer a member of a group. */
	GROUP_MEMBER_REMOVED("group.member_removed", Uris.CAEP + "token-claims-change"),

	/** Tokens were revoked. */
	TOKEN_REVOKED("token.revoked", Uris.CAEP + "session-revoked"),

	/** A session was ended. */
	SESSION_REVOKED("session.revoked", Uris.CAEP + "session-revoked"),

	/** All sessions were ended. */
	ALL_SESSIONS_REVOKED("session.revoked", Uris.RISC + "sessions-revoked"),

	/** A user no longer lets an agent act. */
	CONSENT_REVOKED("consent.revoked", Uris.CAEP + "session-revoked"),

	/** A secret or key was replaced. */
	CREDENTIALS_CHANGED("agent.credentials_changed", Uris.CAEP + "credential-change"),

	/** A secret or key became known to others. */
	CREDENTIALS_COMPROMISED("agent.credentials_changed", Uris.RISC + "credential-compromise"),

	/** An agent or user was disabled. */
	DISABLED("agent.disabled", Uris.RISC + "account-disabled"),

	/** An agent or user is enabled again. */
	ENABLED("agent.enabled", Uris.RISC + "account-enabled"),

	/** A client or user was deleted. */
	DELETED("client.deleted", Uris.RISC + "account-purged"),

	/** An unknown type of event. */
	UNKNOWN("weather.changed", "https://lumoauth.example/event-type/weather-changed");

	/** The events that a stream can have. */
	public static final List<String> SUPPORTED = supported();

	private final String type;

	private final String uri;

	EventKind(String type, String uri) {
		this.type = type;
		this.uri = uri;
	}

	/**
	 * Returns the name in paths and in JSON.
	 * @return the name, in lower case with hyphens
	 */
	public String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * Returns the name of the type for webhooks.
	 * @return the type
	 */
	public String type() {
		return this.type;
	}

	/**
	 * Returns the name of the type for streams.
	 * @return the URI
	 */
	public String uri() {
		return this.uri;
	}

	Map<String, Object> details() {
		return switch (this) {
			case CAPABILITIES_CHANGED -> Map.of("claims", Map.of("scope", "changed"));
			case ROLE_ASSIGNED, ROLE_UNASSIGNED -> Map.of("claims", Map.of("roles", "changed"));
			case GROUP_MEMBER_ADDED, GROUP_MEMBER_REMOVED -> Map.of("claims", Map.of("groups", "changed"));
			case CREDENTIALS_CHANGED -> Map.of("credential_type", "client_secret", "change_type", "update");
			case CREDENTIALS_COMPROMISED -> Map.of("credential_type", "client_secret");
			case TOKEN_REVOKED, SESSION_REVOKED, ALL_SESSIONS_REVOKED, CONSENT_REVOKED, DISABLED, ENABLED, DELETED,
					UNKNOWN ->
				Map.of();
		};
	}

	/**
	 * Finds a kind of event.
	 * @param id its name in paths
	 * @return the kind, or nothing
	 */
	public static Optional<EventKind> of(String id) {
		return Arrays.stream(values()).filter((kind) -> kind.id().equals(id)).findFirst();
	}

	private static List<String> supported() {
		return Arrays.stream(values())
			.filter((kind) -> kind.uri.startsWith(Uris.OPENID))
			.map(EventKind::uri)
			.distinct()
			.sorted()
			.toList();
	}

	/** Constants of an enum can't use its own static fields. */
	private static final class Uris {

		static final String OPENID = "https://schemas.openid.net/secevent/";

		static final String CAEP = OPENID + "caep/event-type/";

		static final String RISC = OPENID + "risc/event-type/";

		private Uris() {
		}

	}

}
