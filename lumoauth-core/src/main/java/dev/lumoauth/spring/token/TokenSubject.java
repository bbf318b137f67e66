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
package dev.lumoauth.spring.token;

import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2Token;

import dev.lumoauth.spring.token.grant.TokenKey;
import dev.lumoauth.spring.user.UserToken;

/**
 * The party on whose behalf an agent requests a token (RFC 8693 section 1.1, delegation):
 * a user, or another agent. See {@link LumoAuthTokens#asSubject}.
 *
 * @since 0.1.0
 */
public abstract class TokenSubject {

	/** The maximum number of agents that LumoAuth lets act for one another. */
	static final int MAX_ACTORS = 3;

	TokenSubject() {
	}

	/**
	 * Return a user as the subject.
	 * @param user the user's token
	 * @return the subject
	 */
	public static TokenSubject of(UserToken user) {
		return new UserSubject(user);
	}

	/**
	 * Return the key of the subject in a {@link TokenKey}.
	 */
	abstract String key();

	/**
	 * Return whether the key has the same meaning in other replicas of the application.
	 */
	abstract boolean isKnownToAll();

	/**
	 * Return the names under which LumoAuth knows the parties for whom the agent acts;
	 * empty = unknown.
	 */
	abstract Set<String> names();

	/**
	 * Return how many actors the subject's token names already (RFC 8693 section 4.1).
	 */
	abstract int actors();

	/**
	 * Return when the right to act ends, regardless of renewals until then; {@code null}
	 * if that is not known.
	 */
	abstract @Nullable Instant end();

	/**
	 * Return the subject's token, for one request.
	 */
	abstract OAuth2Token present();

	/**
	 * Forget a token that was refused, if another one may replace it.
	 */
	abstract void discard(OAuth2Token refused);

}
