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

package dev.lumoauth.spring.workload;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.http.Excerpt;
import dev.lumoauth.spring.http.LumoAuthJson;

/**
 * A signed JWT in its compact form (RFC 7515 section 7.1), read without checking its
 * signature, which LumoAuth checks.
 */
final class CompactJwt {

	/** More than any platform's token has, and less than what headers and forms take. */
	static final int MAX_LENGTH = 32 * 1024;

	private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");

	private static final int MAX_AUDIENCES = 5;

	private CompactJwt() {
	}

	static boolean isOne(String text) {
		return text.length() <= MAX_LENGTH && FORM.matcher(text).matches();
	}

	/**
	 * Return a platform's token without the white space around it.
	 * @param text the platform's answer
	 * @param from the origin of the text, as the beginning of a sentence
	 * @return the token
	 * @throws LumoAuthUnavailableException if it is not a signed JWT
	 */
	static String of(@Nullable String text, String from) {
		String token = (text != null) ? text.strip() : "";
		if (token.isEmpty()) {
			throw new LumoAuthUnavailableException(from + " holds no token: it is empty", null);
		}
		if (!isOne(token)) {
			throw new LumoAuthUnavailableException(from + " holds something that is not a signed JWT of at most "
					+ MAX_LENGTH + " characters. Nothing else is sent to LumoAuth", null);
		}
		return token;
	}

	/**
	 * Return the claims that LumoAuth compares with an agent's configuration.
	 * @param token any text
	 * @return issuer, subject and audience, escaped and cut
	 */
	static String claims(String token) {
		Map<String, Object> claims = payload(token);
		if (claims == null) {
			return "no readable claims";
		}
		return "iss=" + shown(claims.get("iss")) + ", sub=" + shown(claims.get("sub")) + ", aud="
				+ shown(claims.get("aud"));
	}

	/**
	 * Return the audience of a token.
	 * @param token any text
	 * @return the audience; empty if there is none, or if the text can't be read
	 */
	static List<String> audience(String token) {
		Map<String, Object> claims = payload(token);
		Object audience = (claims != null) ? claims.get("aud") : null;
		if (audience instanceof List<?> list) {
			return list.stream().filter(String.class::isInstance).map(String.class::cast).toList();
		}
		return (audience instanceof String one) ? List.of(one) : List.of();
	}

	/**
	 * Return whether a Kubernetes cluster's API server takes a token, as it does one of a
	 * projected volume without an {@code audience}. With one, the token has that one
	 * alone.
	 * @param token any text
	 */
	static boolean isForApiServer(String token) {
		Map<String, Object> claims = payload(token);
		List<String> audience = audience(token);
		return audience.stream().anyMatch((one) -> one.startsWith("https://kubernetes.default.svc")) || (claims != null
				&& claims.containsKey("kubernetes.io")
				&& (audience.size() > 1 || (claims.get("iss") instanceof String issuer && audience.contains(issuer))));
	}

	private static @Nullable Map<String, Object> payload(String token) {
		if (!isOne(token)) {
			return null;
		}
		try {
			String payload = token.substring(token.indexOf('.') + 1, token.lastIndexOf('.'));
			return LumoAuthJson.read(Base64.getUrlDecoder().decode(payload));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static String shown(@Nullable Object claim) {
		if (claim instanceof List<?> list) {
			String some = list.stream().limit(MAX_AUDIENCES).map(CompactJwt::shown).collect(Collectors.joining(", "));
			return "[" + some + ((list.size() > MAX_AUDIENCES) ? ", …]" : "]");
		}
		if (claim instanceof String || claim instanceof Number) {
			return "'" + Excerpt.of(claim.toString()) + "'";
		}
		return (claim != null) ? "(no text)" : "(none)";
	}

	static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
