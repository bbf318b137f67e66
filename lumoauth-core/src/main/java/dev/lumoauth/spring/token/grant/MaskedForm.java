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

package dev.lumoauth.spring.token.grant;

import java.util.AbstractList;
import java.util.List;
import java.util.Set;

import org.springframework.util.MultiValueMap;

/**
 * Hides the secrets of a form when it is printed: {@code RestClient} logs the form that
 * it sends at DEBUG, including the client secret and tokens
 * ({@code DefaultRestClient.logBody}). The values are unchanged, but their list prints as
 * asterisks.
 */
final class MaskedForm {

	/** The parameters that may be read. All others are hidden, including unknown ones. */
	private static final Set<String> READABLE = Set.of("grant_type", "client_id", "scope", "audience", "resource",
			"subject_token_type", "actor_token_type", "requested_token_type");

	private MaskedForm() {
	}

	static void mask(MultiValueMap<String, String> form) {
		form.replaceAll((name, values) -> isReadable(name, values) ? values : new MaskedValues(List.copyOf(values)));
	}

	/**
	 * An address with a user or a query may hold a password or a key of its server.
	 */
	private static boolean isReadable(String name, List<String> values) {
		return READABLE.contains(name)
				&& values.stream().noneMatch((value) -> value.indexOf('@') >= 0 || value.indexOf('?') >= 0);
	}

	private static final class MaskedValues extends AbstractList<String> {

		private final List<String> values;

		private MaskedValues(List<String> values) {
			this.values = values;
		}

		@Override
		public String get(int index) {
			return this.values.get(index);
		}

		@Override
		public int size() {
			return this.values.size();
		}

		@Override
		public String toString() {
			return "[***]";
		}

	}

}
