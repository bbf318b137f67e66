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

package dev.lumoauth.devserver.oauth;

import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2ErrorCodes;

import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;

/**
 * The scopes that an exchange can grant: the scopes of the subject's token and of the
 * actor's token that both still have and that the requested servers accept.
 *
 * @param available these scopes
 * @param mayBeEmpty whether a token without a scope may be issued: only if no scope was
 * lost
 */
record ExchangeScopes(Set<String> available, boolean mayBeEmpty) {

	static ExchangeScopes of(Tenant tenant, IssuedToken subject, @Nullable IssuedToken actor, Targets targets) {
		Set<String> scopes = new LinkedHashSet<>(stillHeld(tenant, subject));
		if (actor != null) {
			scopes.retainAll(stillHeld(tenant, actor));
		}
		return new ExchangeScopes(targets.limit(scopes), subject.scopes().isEmpty() && !targets.isLimited());
	}

	Set<String> grant(@Nullable Set<String> requested) {
		if (requested == null || requested.isEmpty()) {
			if (this.available.isEmpty() && !this.mayBeEmpty) {
				throw OAuthErrors.error(OAuthErrors.CAPABILITY_DENIED,
						"The agent has no capability that the audience accepts");
			}
			return this.available;
		}
		if (!this.available.containsAll(requested)) {
			throw OAuthErrors.error(OAuth2ErrorCodes.INVALID_SCOPE,
					"A scope was asked for that the subject, the actor or the audience does not have");
		}
		return requested;
	}

	private static Set<String> stillHeld(Tenant tenant, IssuedToken token) {
		Set<String> scopes = new LinkedHashSet<>(token.scopes());
		scopes.retainAll(tenant.agent(token.subject())
			.map(Agent::grantableScopes)
			.or(() -> tenant.userById(token.subject()).map(User::scopes))
			.orElse(Set.of()));
		return scopes;
	}

}
