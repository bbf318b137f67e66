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

package dev.lumoauth.spring.event;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.revocation.Revocation.Effect;

/**
 * The effect of each type of event. A type that is not listed has no effect.
 */
final class EventTypes {

	/** Of the Shared Signals Framework 1.0 section 8.1.4. */
	static final String VERIFICATION = "https://schemas.openid.net/secevent/ssf/event-type/verification";

	/** Of the Shared Signals Framework 1.0 section 8.1.5. */
	static final String STREAM_UPDATED = "https://schemas.openid.net/secevent/ssf/event-type/stream-updated";

	/** The name, in a meter, of an event whose type is not known. */
	static final String OTHER = "other";

	private static final String CAEP = "https://schemas.openid.net/secevent/caep/event-type/";

	private static final String RISC = "https://schemas.openid.net/secevent/risc/event-type/";

	private static final Map<String, Effect> EFFECTS = effects();

	/** They revoke nothing, and have a name in a meter. */
	private static final Set<String> OTHERS = Set.of(VERIFICATION, STREAM_UPDATED, RISC + "account-enabled",
			"token.issued", "agent.enabled");

	private EventTypes() {
	}

	private static Map<String, Effect> effects() {
		Map<String, Effect> effects = new HashMap<>();
		effects.put(CAEP + "token-claims-change", Effect.DECISIONS);
		effects.put(CAEP + "session-revoked", Effect.TOKENS);
		effects.put(CAEP + "credential-change", Effect.TOKENS);
		effects.put(RISC + "sessions-revoked", Effect.TOKENS);
		effects.put(RISC + "credential-compromise", Effect.TOKENS);
		effects.put(RISC + "account-disabled", Effect.DISABLED);
		effects.put(RISC + "account-purged", Effect.DISABLED);
		effects.put("role.assigned", Effect.DECISIONS);
		effects.put("role.unassigned", Effect.DECISIONS);
		effects.put("group.member_added", Effect.DECISIONS);
		effects.put("group.member_removed", Effect.DECISIONS);
		effects.put("agent.capabilities_changed", Effect.DECISIONS);
		effects.put("token.revoked", Effect.TOKENS);
		effects.put("consent.revoked", Effect.TOKENS);
		effects.put("session.revoked", Effect.TOKENS);
		effects.put("agent.credentials_changed", Effect.TOKENS);
		effects.put("agent.disabled", Effect.DISABLED);
		effects.put("client.deleted", Effect.DISABLED);
		return Map.copyOf(effects);
	}

	/**
	 * Return what a type of event revokes.
	 * @param type the URI of a security event, or the type of a webhook
	 * @return the effect; {@code null} if it revokes nothing
	 */
	static @Nullable Effect effect(String type) {
		return EFFECTS.get(type);
	}

	/**
	 * Return the URIs of the security events that revoke something.
	 */
	static List<String> securityEvents() {
		return EFFECTS.keySet().stream().filter((type) -> type.startsWith("https:")).sorted().toList();
	}

	/**
	 * Return what a type is called in a meter.
	 * @param type the URI of a security event, or the type of a webhook
	 * @return one of few names, whatever LumoAuth sends
	 */
	static String nameOf(String type) {
		boolean known = EFFECTS.containsKey(type) || OTHERS.contains(type);
		return known ? type.substring(type.lastIndexOf('/') + 1) : OTHER;
	}

}
