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

package dev.lumoauth.spring.guard;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The arguments of one call by name, as JSON has them: {@code null}, booleans, numbers,
 * texts, lists and maps of them.
 *
 * @param values the arguments
 * @param areAllDeclared whether the called code declares each of these names; an
 * undeclared argument may stand for a declared one under another name
 * @since 0.1.0
 */
public record CallArguments(Map<String, @Nullable Object> values, boolean areAllDeclared) {

	/**
	 * No arguments.
	 */
	public static final CallArguments NONE = new CallArguments(Map.of(), true);

	public CallArguments {
		values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
	}

	/**
	 * Return the arguments of a call that declares all of them.
	 * @param values the arguments
	 * @return the arguments
	 */
	public static CallArguments of(Map<String, @Nullable Object> values) {
		return new CallArguments(values, true);
	}

	/**
	 * Read the arguments that a model wrote.
	 * @param json a JSON object; blank for none
	 * @return the arguments
	 * @throws IllegalArgumentException if it is not a JSON object that every parser reads
	 * in the same way (RFC 7493), for instance because it has two members with the same
	 * name
	 */
	public static CallArguments read(String json) {
		return of(CanonicalJson.readObject(json));
	}

	/**
	 * Return the arguments as canonical JSON (RFC 8785).
	 * @return a JSON object; the same arguments always give the same text
	 * @throws IllegalArgumentException if one of them has no canonical form
	 */
	public String canonical() {
		return CanonicalJson.of(this.values);
	}

	/**
	 * Return the arguments as they are read from their canonical form. Two numbers that
	 * are one number to a person, such as {@code 1} and {@code 1.0}, are one object here.
	 * @return the arguments, with numbers of the types {@link Integer}, {@link Long},
	 * {@link java.math.BigInteger} and {@link Double}
	 * @throws IllegalArgumentException if one of them has no canonical form
	 */
	public Map<String, @Nullable Object> normalized() {
		return CanonicalJson.normalized(this.values);
	}

	/**
	 * Without the values.
	 */
	@Override
	public String toString() {
		return "CallArguments" + this.values.keySet();
	}

}
