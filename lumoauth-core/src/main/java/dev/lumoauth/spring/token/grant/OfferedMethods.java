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

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

/**
 * The ways of client authentication that LumoAuth's metadata offers
 * ({@code token_endpoint_auth_methods_supported}, RFC 8414 section 2), checked until they
 * include the agent's method. Unreadable metadata counts as offering all.
 */
public final class OfferedMethods {

	private final Supplier<@Nullable List<String>> metadata;

	private final String property;

	private volatile @Nullable List<String> methods;

	/**
	 * Create the check.
	 * @param metadata reads the list, or {@code null} if it can't be read
	 * @param property the property that chooses the method, for messages
	 */
	public OfferedMethods(Supplier<@Nullable List<String>> metadata, String property) {
		this.metadata = metadata;
		this.property = property;
	}

	/**
	 * Check a method.
	 * @return a sentence that says what is wrong, or {@code null} if LumoAuth offers the
	 * method, or lists no methods
	 */
	@Nullable String unsupported(ClientAuthenticationMethod method) {
		List<String> offered = this.methods;
		if (offered == null) {
			List<String> read = this.metadata.get();
			offered = (read != null) ? List.copyOf(read) : List.of();
			this.methods = offered;
		}
		if (offered.isEmpty() || offered.contains(method.getValue())) {
			return null;
		}
		forget(); // the metadata may have been wrong: it is read again when the refusal
					// has expired
		return "LumoAuth does not offer the client authentication '" + method.getValue() + "': set " + this.property
				+ " to one that it does: " + String.join(", ", offered);
	}

	void forget() {
		this.methods = null;
	}

}
