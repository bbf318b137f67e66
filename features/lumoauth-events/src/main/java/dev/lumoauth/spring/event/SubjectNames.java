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

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The names of the affected parties in an event. An event that can't be read, or that
 * names nobody, affects everyone: the empty set.
 */
final class SubjectNames {

	/** Webhooks that are about an agent. */
	private static final Pattern OF_AGENTS = Pattern.compile("(?:agent|client)\\.");

	private static final List<String> OF_WEBHOOKS = List.of("client_id", "agent_id", "sub", "subject", "user_id",
			"email");

	/** Lists that name no party. */
	private static final Set<String> OF_RIGHTS = Set.of("capabilities", "permissions", "roles", "scope", "scopes");

	private SubjectNames() {
	}

	/**
	 * Return the subjects of a webhook.
	 * @param type its {@code type}
	 * @param data its {@code data}
	 * @return the names; none = everyone
	 */
	static Set<String> ofWebhook(String type, @Nullable Object data) {
		Set<String> names = new HashSet<>();
		if (OF_AGENTS.matcher(type).lookingAt() && !namesAgent(data)) {
			return names; // Those who are named have changed it, or own it.
		}
		if (data instanceof Map<?, ?> fields) {
			for (String field : OF_WEBHOOKS) {
				Object value = fields.get(field);
				String name = name(value);
				if (name == null && value != null) {
					return Set.of();
				}
				if (name != null) {
					names.add(name);
				}
			}
			return fields.entrySet().stream().allMatch(SubjectNames::isRead) ? names : Set.of();
		}
		return names;
	}

	/**
	 * Return whether a field of a webhook's data names nobody whom the known fields don't
	 * name. LumoAuth's documents also have objects in the data, whose ids need not be
	 * those of a token: it is not known whom these objects name.
	 */
	private static boolean isRead(Map.Entry<?, ?> field) {
		Object value = field.getValue();
		if (value instanceof Collection<?> several) {
			return several.isEmpty() || (OF_RIGHTS.contains(String.valueOf(field.getKey()))
					&& several.stream().allMatch(String.class::isInstance));
		}
		return !(value instanceof Map<?, ?>);
	}

	private static boolean namesAgent(@Nullable Object data) {
		return data instanceof Map<?, ?> fields
				&& Stream.of("client_id", "agent_id", "sub", "subject").anyMatch((field) -> fields.get(field) != null);
	}

	/**
	 * Return the subjects of a security event.
	 * @param subject the token's {@code sub_id} (RFC 9493); {@code null} if it has none
	 * @param event the value under the event's type
	 * @return the names; none = everyone
	 */
	static Set<String> ofSecurityEvent(@Nullable Object subject, @Nullable Object event) {
		Object own = (event instanceof Map<?, ?> payload) ? payload.get("subject") : null;
		Set<String> names = new HashSet<>();
		for (Object each : new @Nullable Object[] { subject, own }) {
			Set<String> read = (each != null) ? identifier(each, true) : null;
			if (each != null && (read == null || read.isEmpty())) {
				return Set.of();
			}
			if (read != null) {
				names.addAll(read);
			}
		}
		return names;
	}

	/**
	 * Read a subject identifier (RFC 9493 section 3.2). A complex one (Shared Signals
	 * Framework 1.0 section 3) is narrower than the user in it, and counts as the user.
	 * @return the names; {@code null} if it is not understood
	 */
	private static @Nullable Set<String> identifier(Object identifier, boolean outermost) {
		if (!(identifier instanceof Map<?, ?> fields)) {
			return null;
		}
		String name = switch (String.valueOf(fields.get("format"))) {
			case "iss_sub" -> name(fields.get("sub"));
			case "opaque" -> name(fields.get("id"));
			case "email" -> name(fields.get("email"));
			default -> null;
		};
		if (name != null) {
			return Set.of(name);
		}
		if (outermost && "complex".equals(fields.get("format")) && fields.get("user") != null) {
			return identifier(fields.get("user"), false);
		}
		return null;
	}

	private static @Nullable String name(@Nullable Object value) {
		if (value instanceof String text) {
			return text.isBlank() ? null : text;
		}
		return (value instanceof Number number) ? number.toString() : null;
	}

}
