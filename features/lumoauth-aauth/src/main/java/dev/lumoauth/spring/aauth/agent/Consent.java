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

import java.net.URI;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A consent that a user has to give first.
 *
 * @param authorizationUri the address to which to send the user: absolute, and
 * {@code https} or on this machine. It may contain the request token
 * @param requestToken the token of the request, or {@code null} if LumoAuth gave none
 * outside the address
 * @param expiresAt until when the user can consent
 * @since 0.1.0
 */
public record Consent(URI authorizationUri, @Nullable String requestToken, Instant expiresAt) {

	/**
	 * Without the request token, and without the query, which may contain it.
	 */
	@Override
	public String toString() {
		return "Consent[" + this.authorizationUri.getScheme() + "://" + this.authorizationUri.getRawAuthority()
				+ ", expiresAt=" + this.expiresAt + "]";
	}

}
