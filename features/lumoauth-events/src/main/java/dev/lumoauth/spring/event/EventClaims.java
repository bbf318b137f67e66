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

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The claims that a security event token (RFC 8417) needs, regardless of its signature:
 * it has to come from LumoAuth, be for this application, be recent, and say what has
 * happened.
 */
record EventClaims(String audience, Duration maxAge, Clock clock) {

	private static final int MAX_EVENTS = 20;

	/** The end of the year 9999, in seconds. */
	private static final long MAX_TIME = 253_402_300_799L;

	/**
	 * Return why a token is refused; {@code null} if it isn't.
	 */
	@Nullable EventReply refusal(Map<String, Object> claims, String issuer) {
		if (!issuer.equals(claims.get("iss"))) {
			return EventReply.INVALID_ISSUER;
		}
		Object audience = claims.get("aud");
		boolean forUs = (audience instanceof Collection<?> several) ? several.contains(this.audience)
				: this.audience.equals(audience);
		if (!forUs) {
			return EventReply.INVALID_AUDIENCE;
		}
		long now = Math.floorDiv(this.clock.millis(), 1000L);
		long issuedAt = time(claims, "iat");
		boolean current = issuedAt >= now - this.maxAge.toSeconds()
				&& issuedAt <= now + SecurityEventReceiver.SKEW.toSeconds()
				&& (claims.get("exp") == null || time(claims, "exp") > now);
		return current ? null : EventReply.INVALID_REQUEST;
	}

	private static long time(Map<String, Object> claims, String name) {
		if (claims.get(name) instanceof Number number && number.doubleValue() > 0 && number.doubleValue() <= MAX_TIME) {
			return number.longValue();
		}
		throw new IllegalArgumentException("its " + name + " is not a time");
	}

	/**
	 * Return what has happened, by the types of events.
	 * @throws IllegalArgumentException if nothing has, or too much
	 */
	Map<?, ?> events(Map<String, Object> claims) {
		if (claims.get("events") instanceof Map<?, ?> events && !events.isEmpty() && events.size() <= MAX_EVENTS) {
			return events;
		}
		throw new IllegalArgumentException("it has no events, or more than " + MAX_EVENTS);
	}

	/**
	 * Return the subjects of the events, by the types of the events.
	 */
	static Map<String, Set<String>> subjects(Map<String, Object> claims, Map<?, ?> events) {
		Map<String, Set<String>> subjects = new LinkedHashMap<>();
		events.forEach((type, event) -> subjects.put(String.valueOf(type),
				SubjectNames.ofSecurityEvent(claims.get("sub_id"), event)));
		return subjects;
	}

}
