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

package dev.lumoauth.spring.aauth.agent;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

import dev.lumoauth.spring.LumoAuthProtocolException;

/**
 * A JSON object in LumoAuth's answer. Error messages quote nothing of it, since most of
 * it is secret.
 *
 * @param status the HTTP status
 * @param fields the object's fields
 * @param failure records what is wrong and returns the exception to throw
 */
record Answer(int status, Map<String, Object> fields, Function<String, LumoAuthProtocolException> failure) {

	/** A year. A longer time is a mistake, or would overflow. */
	private static final long MAX_SECONDS = 365L * 24 * 60 * 60;

	/** The characters that a header allows: RFC 6749 appendix A.12, without the blank. */
	private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");

	LumoAuthProtocolException malformed(String what) {
		return this.failure.apply(what);
	}

	/**
	 * Return the first of these texts that is present, or {@code null} if there is none.
	 */
	@Nullable String text(String... names) {
		for (String name : names) {
			Object value = this.fields.get(name);
			if (value == null) {
				continue;
			}
			if (!(value instanceof String text) || text.isBlank()) {
				throw malformed("its '" + name + "' is not a string");
			}
			return text;
		}
		return null;
	}

	/**
	 * Return the first of these tokens that is present, or {@code null} if there is none.
	 */
	@Nullable String token(String... names) {
		String token = text(names);
		if (token != null && !TOKEN.matcher(token).matches()) {
			throw malformed("its '" + names[0] + "' is not a token");
		}
		return token;
	}

	String requireToken(String... names) {
		String token = token(names);
		if (token == null) {
			throw malformed("its '" + names[0] + "' is missing");
		}
		return token;
	}

	void requireType(String... allowed) {
		String type = text("token_type");
		if (type == null || !List.of(allowed).stream().anyMatch(type::equalsIgnoreCase)) {
			throw malformed("its 'token_type' is not " + allowed[0]);
		}
	}

	/**
	 * Check that the answer matches the question, if it says what it is about.
	 */
	void requireEcho(String name, String asked) {
		Object echoed = this.fields.get(name);
		if (echoed != null && !echoed.equals(asked)) {
			throw malformed("its '" + name + "' is not the one that was asked for");
		}
	}

	/**
	 * Return the time after {@code expires_in} seconds.
	 */
	Instant requireEnd(Clock clock) {
		Instant end = end(clock);
		if (end == null) {
			throw malformed("its 'expires_in' is missing");
		}
		return end;
	}

	@Nullable Instant end(Clock clock) {
		Object value = this.fields.get("expires_in");
		if (value == null) {
			return null;
		}
		double seconds;
		try {
			seconds = Double.parseDouble(value.toString().trim());
		}
		catch (NumberFormatException ex) {
			throw malformed("its 'expires_in' is not a number");
		}
		if (!(seconds >= 1)) {
			throw malformed("it has expired already");
		}
		return clock.instant().plusSeconds((long) Math.min(seconds, MAX_SECONDS));
	}

	/**
	 * Return the scopes, which are a text or a list of texts; possibly none.
	 */
	Set<String> scopes() {
		Object scope = this.fields.get("scope");
		Set<String> scopes = new LinkedHashSet<>();
		if (scope instanceof String text) {
			scopes.addAll(List.of(StringUtils.tokenizeToStringArray(text, " ")));
		}
		else if (scope instanceof Collection<?> list) {
			list.stream().filter(String.class::isInstance).map(String.class::cast).forEach(scopes::add);
		}
		return scopes;
	}

	/**
	 * Without the fields.
	 */
	@Override
	public String toString() {
		return "Answer[HTTP " + this.status + "]";
	}

}
