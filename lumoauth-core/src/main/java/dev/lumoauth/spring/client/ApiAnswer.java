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

package dev.lumoauth.spring.client;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.http.LumoAuthAddresses;

/**
 * A JSON object that LumoAuth answered with. Fields that are not needed are ignored; an
 * invalid value in a needed field makes the whole answer invalid.
 *
 * @since 0.1.0
 * @see ApiCalls#call
 */
public final class ApiAnswer {

	/** A year. */
	private static final long MAX_SECONDS = 365L * 24 * 60 * 60;

	private final Map<String, Object> fields;

	private final Function<String, LumoAuthProtocolException> malformed;

	private final boolean refusal;

	/**
	 * Create an answer.
	 * @param fields the object's fields
	 * @param malformed records what is wrong and returns the exception to throw
	 */
	ApiAnswer(Map<String, Object> fields, Function<String, LumoAuthProtocolException> malformed) {
		this(fields, malformed, false);
	}

	private ApiAnswer(Map<String, Object> fields, Function<String, LumoAuthProtocolException> malformed,
			boolean refusal) {
		this.fields = fields;
		this.malformed = malformed;
		this.refusal = refusal;
	}

	/**
	 * Create an answer from its status alone: its body does not matter.
	 * @param malformed records what is wrong and returns the exception to throw
	 */
	static ApiAnswer refusal(Function<String, LumoAuthProtocolException> malformed) {
		return new ApiAnswer(Map.of(), malformed, true);
	}

	/**
	 * Return whether the answer is a refusal. Nothing else is known of a refusal.
	 */
	public boolean isRefusal() {
		return this.refusal;
	}

	public Map<String, Object> fields() {
		return this.fields;
	}

	/**
	 * Return a boolean. A text or a number is not a boolean: neither {@code "false"} nor
	 * {@code "true"} must count as true.
	 */
	public boolean requireBoolean(String name) {
		if (this.fields.get(name) instanceof Boolean value) {
			return value;
		}
		throw malformed("its '" + name + "' is " + (this.fields.containsKey(name) ? "not a boolean" : "missing"));
	}

	/**
	 * Check that the answer is about what was asked, by one of its names, if it says what
	 * it is about. The message does not quote the name, which may be an address.
	 * @param toCheck the properties of what was asked about; {@code null} if the name is
	 * in none
	 */
	public void requireOneOf(String name, Predicate<String> names, @Nullable String toCheck) {
		Object echoed = this.fields.get(name);
		String about = (echoed != null) ? text(echoed) : null;
		if (echoed != null && (about == null || !names.test(about))) {
			throw malformed("it is not about the '" + name + "' that was asked about"
					+ ((toCheck != null) ? ", by none of the names in " + toCheck : ""));
		}
	}

	/**
	 * Return a text or a number as text: an id may be either.
	 */
	public static @Nullable String text(Object value) {
		if (value instanceof String text) {
			return text.isBlank() ? null : text;
		}
		return (value instanceof Number number) ? number.toString() : null;
	}

	public @Nullable String text(String name) {
		return text(this.fields, name);
	}

	public static @Nullable String text(Map<?, ?> object, String name) {
		Object value = object.get(name);
		return (value != null) ? text(value) : null;
	}

	/**
	 * Return a required text or number as text.
	 */
	public String requireText(String name) {
		String text = text(name);
		if (text == null) {
			throw malformed("its '" + name + "' is " + (this.fields.containsKey(name) ? "not a string" : "missing"));
		}
		return text;
	}

	/**
	 * Return a required id that can be one segment of an address, and can't change the
	 * rest of the address.
	 */
	public String requireId(String name) {
		String id = requireText(name);
		if (!LumoAuthAddresses.isPlainId(id)) {
			throw malformed("its '" + name + "' is not an id");
		}
		return id;
	}

	/**
	 * Check that the answer is about the one id that was asked about, if it says what it
	 * is about. The message does not quote the ids, which may be secrets.
	 */
	public void requireSameId(String name, String asked) {
		requireOneOf(name, asked::equals, null);
	}

	/**
	 * Return a time (RFC 3339), or {@code null} if there is none. A time that can't be
	 * read counts as missing, and the rest of the answer is still used.
	 */
	public @Nullable Instant time(String name) {
		String text = text(name);
		if (text == null) {
			return null;
		}
		try {
			return OffsetDateTime.parse(text).toInstant();
		}
		catch (DateTimeException ex) {
			malformed("its '" + name + "' is not a time");
			return null;
		}
	}

	/**
	 * Return a number of seconds, or {@code null} if there is none. A number that is not
	 * valid counts as missing, and the rest of the answer is still used.
	 */
	public @Nullable Duration seconds(String name) {
		Object value = this.fields.get(name);
		if (value == null) {
			return null;
		}
		if (value instanceof Number number && number.doubleValue() >= 1 && number.doubleValue() <= MAX_SECONDS) {
			return Duration.ofSeconds(number.longValue());
		}
		malformed("its '" + name + "' is not a number of seconds");
		return null;
	}

	/**
	 * Return the end of a right, or {@code null} if the answer does not say. If the end
	 * can't be read, the whole answer is invalid.
	 */
	public @Nullable Instant requireReadableTime(String name) {
		Instant time = time(name);
		if (time == null && this.fields.get(name) != null) {
			throw malformed("its '" + name + "' is not a time");
		}
		return time;
	}

	/**
	 * Return for how long a right lasts, or {@code null} if the answer does not say. If
	 * that can't be read, the whole answer is invalid.
	 * @return zero for a right that is over already; a year at most
	 */
	public @Nullable Duration requireReadableSeconds(String name) {
		Object value = this.fields.get(name);
		if (value == null) {
			return null;
		}
		if (value instanceof Number number) {
			return Duration.ofSeconds((long) Math.max(0, Math.min(number.doubleValue(), MAX_SECONDS)));
		}
		throw malformed("its '" + name + "' is not a number of seconds");
	}

	/**
	 * Return an object, or an empty one if there is none with that name.
	 */
	public Map<?, ?> object(String name) {
		return (this.fields.get(name) instanceof Map<?, ?> object) ? object : Map.of();
	}

	/**
	 * Return a list of texts, or {@code null} if there is none with that name.
	 */
	public @Nullable Set<String> texts(String name) {
		if (!(this.fields.get(name) instanceof Collection<?> values)) {
			return null;
		}
		Set<String> texts = new LinkedHashSet<>();
		for (Object value : values) {
			if (value instanceof String text) {
				texts.add(text);
			}
		}
		return texts;
	}

	/**
	 * Record what is wrong.
	 * @return the exception to throw, if the answer can't be used at all
	 */
	public LumoAuthProtocolException malformed(String what) {
		return this.malformed.apply(what);
	}

}
