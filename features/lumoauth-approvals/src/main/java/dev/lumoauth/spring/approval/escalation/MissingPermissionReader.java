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

package dev.lumoauth.spring.approval.escalation;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.StringUtils;

import dev.lumoauth.spring.http.LumoAuthJson;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.InsufficientScope;
import dev.lumoauth.spring.token.RefusedRequest;
import dev.lumoauth.spring.token.TokenTarget;

/**
 * Reads the permission that a server reports as missing. The report is untrusted input:
 * it is accepted only if it is one object of authorization details (RFC 9396 section 2)
 * of limited size, if its {@code locations} name this server and no other, and if it asks
 * for no scope or capability that isn't configured for the server.
 */
final class MissingPermissionReader {

	/**
	 * Holds the authorization details as base64, of either alphabet, padded or not.
	 */
	static final String HEADER = "Insufficient-Authorization-Details";

	private static final Log logger = LogFactory.getLog(MissingPermission.class);

	/** In characters. */
	private static final int MAX_HEADER = 8_192;

	private static final int MAX_DEPTH = 10;

	private static final String SCOPE = "scope";

	/** The members by which details name what a token is good for everywhere. */
	private static final Set<String> SCOPES = Set.of("scope", "scopes", "capability", "capabilities");

	private MissingPermissionReader() {
	}

	/**
	 * Read an answer: its authorization details, or else the scopes of its challenge,
	 * which are requested as details of the type {@code scope}.
	 * @param refused the refused request
	 * @return the permission; {@code null} if it names none, or not in a way that is
	 * accepted
	 */
	static @Nullable MissingPermission read(RefusedRequest refused) {
		return read(refused.headers().apply(HEADER),
				InsufficientScope.of(refused.headers().apply(HttpHeaders.WWW_AUTHENTICATE)), refused.target(),
				refused.origin());
	}

	/**
	 * Read the parts of an answer with the status 403.
	 * @param values the values of {@link #HEADER}
	 * @param scopes the scopes of its challenge; may be empty
	 * @param target the server that has answered, as in requests for its tokens, with the
	 * scopes that it may ask for
	 * @param origin the origin of the server
	 * @return the permission; {@code null} if it names none, or not in a way that is
	 * accepted
	 */
	static @Nullable MissingPermission read(List<String> values, Set<String> scopes, TokenTarget target,
			Origin origin) {
		try {
			if (values.isEmpty()) {
				requireConfigured(scopes, target);
				return scopes.isEmpty() ? null : new MissingPermission(target, ofScopes(scopes, target));
			}
			return new MissingPermission(target, details(values, target, origin));
		}
		catch (IllegalArgumentException ex) {
			logger.debug("The 403 of the server of " + label(target) + " is not taken as a request for a permission: "
					+ ex.getMessage());
			return null;
		}
	}

	private static Map<String, Object> ofScopes(Set<String> scopes, TokenTarget target) {
		Map<String, Object> details = new LinkedHashMap<>();
		details.put("type", SCOPE);
		details.put("actions", List.copyOf(scopes));
		details.put("locations", List.of(MissingPermission.name(target)));
		details.put("capabilities", List.copyOf(scopes));
		return details;
	}

	private static Map<String, Object> details(List<String> values, TokenTarget target, Origin origin) {
		if (values.size() != 1 || values.get(0).length() > MAX_HEADER) {
			throw new IllegalArgumentException("more than one, or longer than " + MAX_HEADER + " characters");
		}
		Map<String, Object> details = LumoAuthJson.read(decoded(values.get(0).strip()));
		if (!(details.get("type") instanceof String type) || !StringUtils.hasText(type)) {
			throw new IllegalArgumentException("no type");
		}
		if (depth(details) > MAX_DEPTH) {
			throw new IllegalArgumentException("nested deeper than " + MAX_DEPTH);
		}
		requireHere(details.get("locations"), target, origin);
		requireConfiguredIn(details, type.equalsIgnoreCase(SCOPE), target);
		return details;
	}

	private static byte[] decoded(String value) {
		String standard = value.replace('-', '+').replace('_', '/').replaceFirst("={1,2}$", "");
		try {
			return Base64.getDecoder().decode(standard.getBytes(StandardCharsets.ISO_8859_1));
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("not base64");
		}
	}

	private static int depth(@Nullable Object value) {
		Collection<?> within = (value instanceof Map<?, ?> map) ? map.values()
				: (value instanceof Collection<?> list) ? list : null;
		if (within == null) {
			return 0;
		}
		int deepest = 0;
		for (Object each : within) {
			deepest = Math.max(deepest, depth(each));
		}
		return deepest + 1;
	}

	/**
	 * Refuse a permission for another server, because this server would receive its
	 * token. A permission that names no server may be for any.
	 */
	private static void requireHere(@Nullable Object locations, TokenTarget target, Origin origin) {
		List<?> named = (locations instanceof List<?> list) ? list : List.of(Objects.requireNonNullElse(locations, ""));
		if (named.isEmpty() || !named.stream().allMatch((each) -> isHere(each, target, origin))) {
			throw new IllegalArgumentException("it has no 'locations', or some that are not its own");
		}
	}

	private static boolean isHere(@Nullable Object location, TokenTarget target, Origin origin) {
		return location != null
				&& (location.equals(target.audience()) || location.equals(target.resource()) || isAt(origin, location));
	}

	/**
	 * Refuse scopes that the application has not configured for the server, at any depth.
	 * @param all whether each text in the details is a scope
	 */
	private static void requireConfiguredIn(Map<?, ?> details, boolean all, TokenTarget target) {
		details.forEach(
				(name, value) -> requireConfigured(value, SCOPES.contains(String.valueOf(name).toLowerCase(Locale.ROOT))
						|| (all && !Set.of("type", "locations").contains(name)), all, target));
	}

	private static void requireConfigured(@Nullable Object value, boolean scopes, boolean all, TokenTarget target) {
		if (value instanceof Collection<?> several) {
			several.forEach((each) -> requireConfigured(each, scopes, all, target));
		}
		else if (value instanceof Map<?, ?> inner && !scopes) {
			requireConfiguredIn(inner, all, target);
		}
		else if (scopes) {
			// A scope is a text. Any other shape of it is configured nowhere.
			requireConfigured(List.of(String.valueOf(value).split(" ")), target);
		}
	}

	private static void requireConfigured(Collection<String> scopes, TokenTarget target) {
		if (!target.scopes().containsAll(scopes)) {
			throw new IllegalArgumentException("it asks for scopes that are not configured for it");
		}
	}

	private static boolean isAt(Origin origin, Object location) {
		try {
			return location instanceof String address && origin.equals(Origin.of(URI.create(address)));
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static String label(TokenTarget target) {
		return TokenTarget.label(MissingPermission.name(target));
	}

}
