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

package dev.lumoauth.spring.vault;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.token.LumoAuthTokens;
import dev.lumoauth.spring.token.TokenSubject;
import dev.lumoauth.spring.user.CurrentUser;
import dev.lumoauth.spring.user.TokenNames;
import dev.lumoauth.spring.user.UserToken;
import dev.lumoauth.spring.vault.ConnectionTokens.Account;
import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.StringUtils;

/**
 * Finds out whose token of a third party is needed. LumoAuth decides that, not the user's
 * token: the user's token is exchanged first.
 */
record Accounts(LumoAuthTokens tokens, Supplier<CurrentUser> currentUser) {

	/**
	 * Return whose token it is.
	 * @param party the third party
	 * @param named the user; {@code null}: the current user, if the token is a user's
	 * @return the account
	 */
	Account of(ThirdParty party, @Nullable UserToken named) {
		if (party.actsFor() == ActsFor.AGENT) {
			return new Account(party.name(), null, null);
		}
		UserToken user = (named != null) ? named : this.currentUser.get().require();
		try {
			OAuth2AccessToken taken = this.tokens.delegated(TokenSubject.of(user));
			String id = subject(taken);
			if (id == null) {
				throw new ConnectionDeniedException(party.name(), "user_unknown", null);
			}
			Set<String> names = new LinkedHashSet<>(user.names());
			names.addAll(UserToken.of(taken.getTokenValue()).names());
			names.add(id);
			return new Account(party.name(), id, names);
		}
		catch (ConnectionDeniedException ex) {
			throw ex;
		}
		catch (LumoAuthDeniedException ex) {
			throw new ConnectionDeniedException(party.name(), ex.getErrorCode(), ex);
		}
	}

	/**
	 * Return the subject of a token that LumoAuth issued; {@code null} if it is opaque.
	 * The user's own token may be of an issuer that gives the same subject to somebody
	 * else.
	 */
	private static @Nullable String subject(OAuth2AccessToken issued) {
		String subject = TokenNames.claims(issued.getTokenValue()).getSubject();
		return StringUtils.hasText(subject) ? subject : null;
	}

}
