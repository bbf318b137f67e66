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

import dev.lumoauth.spring.LumoAuthDeniedException;

/**
 * The user has not yet consented to the agent acting for the user at a resource. In a
 * servlet application, {@link AAuthConsentFilter} sends the user's browser to LumoAuth,
 * which asks for the consent.
 *
 * @since 0.1.0
 */
public class AAuthConsentRequiredException extends LumoAuthDeniedException {

	static final String CONSENT_REQUIRED = "consent_required";

	private static final long serialVersionUID = 1L;

	private final transient Wanted wanted;

	AAuthConsentRequiredException(AAuthTarget target, String user, Consent consent) {
		super("The user has not consented yet to what the agent does at the resource of " + target.property(),
				CONSENT_REQUIRED, null);
		this.wanted = new Wanted(target, user, consent);
	}

	/**
	 * Return the address at which the user is asked. Only the browser of this user may be
	 * sent there.
	 * @return an address of LumoAuth. It contains the request token and must not be
	 * logged
	 */
	public URI getAuthorizationUri() {
		return this.wanted.consent().authorizationUri();
	}

	AAuthTarget target() {
		return this.wanted.target();
	}

	String user() {
		return this.wanted.user();
	}

	@Nullable String requestToken() {
		return this.wanted.consent().requestToken();
	}

	Instant expiresAt() {
		return this.wanted.consent().expiresAt();
	}

	private record Wanted(AAuthTarget target, String user, Consent consent) {
	}

}
