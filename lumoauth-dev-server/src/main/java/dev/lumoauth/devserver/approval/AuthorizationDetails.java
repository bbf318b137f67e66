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

package dev.lumoauth.devserver.approval;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Audience;
import dev.lumoauth.devserver.state.Tenant;

/**
 * One object of authorization details (RFC 9396, section 2), with the members that
 * LumoAuth reads. The members {@code capability} and {@code capabilities} are an addition
 * of this server: the token then has these capabilities as its scope.
 *
 * @param all the whole object
 * @param type the type
 * @param actions the actions
 * @param identifier the object of the actions
 * @param locations the servers
 * @param capabilities the capabilities that are needed
 * @since 0.1.0
 */
public record AuthorizationDetails(Map<String, Object> all, String type, Set<String> actions,
		@Nullable String identifier, Set<String> locations, Set<String> capabilities) {

	private static final String NAME = "'authorization_details'";

	/**
	 * Reads authorization details.
	 * @param json the JSON object
	 * @return the details
	 * @throws IllegalArgumentException if the object is not valid
	 */
	@SuppressWarnings("unchecked")
	public static AuthorizationDetails of(@Nullable Object json) {
		if (!(json instanceof Map<?, ?> map)) {
			throw new IllegalArgumentException(NAME + " is not one JSON object");
		}
		String type = text(map, "type");
		if (!StringUtils.hasText(type)) {
			throw new IllegalArgumentException(NAME + " has no 'type'");
		}
		Set<String> capabilities = new LinkedHashSet<>(texts(map, "capabilities"));
		String capability = text(map, "capability");
		if (capability != null) {
			capabilities.add(capability);
		}
		if (!capabilities.stream().allMatch((name) -> name.matches("[!#-\\[\\]-~]{1,256}"))) {
			throw new IllegalArgumentException(NAME + " has a 'capability' that is not valid");
		}
		return new AuthorizationDetails((Map<String, Object>) map, type, texts(map, "actions"), text(map, "identifier"),
				texts(map, "locations"), capabilities);
	}

	/**
	 * Finds a server among the locations that the agent may not use. Otherwise an agent
	 * could reach the server by a harmless type.
	 * @param tenant the agent's tenant
	 * @param agent the agent
	 * @return the server, or nothing
	 */
	public Optional<Audience> locationNotFor(Tenant tenant, Agent agent) {
		return tenant.audiences()
			.stream()
			.filter((audience) -> audience.names().stream().anyMatch(this.locations::contains))
			.filter((audience) -> !audience.permits(agent))
			.findFirst();
	}

	private static @Nullable String text(Map<?, ?> map, String name) {
		Object value = map.get(name);
		if (value == null || value instanceof String) {
			return (String) value;
		}
		throw new IllegalArgumentException("'%s' of %s is not a text".formatted(name, NAME));
	}

	private static Set<String> texts(Map<?, ?> map, String name) {
		Object value = map.get(name);
		Set<String> texts = new LinkedHashSet<>();
		if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
			list.forEach((text) -> texts.add((String) text));
		}
		else if (value != null) {
			throw new IllegalArgumentException("'%s' of %s is not a list of texts".formatted(name, NAME));
		}
		return texts;
	}

}
