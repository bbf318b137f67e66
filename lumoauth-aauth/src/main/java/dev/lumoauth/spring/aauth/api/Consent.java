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

package dev.lumoauth.spring.aauth.api;

import java.net.URI;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * That a user has to consent first.
 *
 * @param authorizationUri where the user is to be sent to: an absolute address, of
 * {@code https} or on this machine. It may hold the request token
 * @param requestToken what the request is known by, or {@code null} if LumoAuth gave none
 * apart from the address
 * @param expiresAt until when the user can consent
 * @since 0.1.0
 */
public record Consent(URI authorizationUri, @Nullable String requestToken, Instant expiresAt) {

	/**
	 * Without the request token, and without the query, which may hold it.
	 */
	@Override
	public String toString() {
		return "Consent[" + this.authorizationUri.getScheme() + "://" + this.authorizationUri.getRawAuthority()
				+ ", expiresAt=" + this.expiresAt + "]";
	}

}
