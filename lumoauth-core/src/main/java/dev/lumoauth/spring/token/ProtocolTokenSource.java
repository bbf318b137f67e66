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

import dev.lumoauth.spring.LumoAuthDeniedException;
import dev.lumoauth.spring.token.cache.IssuedToken;
import dev.lumoauth.spring.token.grant.TokenKey;
import dev.lumoauth.spring.token.cache.TokenSource;
import dev.lumoauth.spring.user.UserToken;

/**
 * A token for a server that uses another protocol than the token exchange: see
 * {@link TokenProtocol}.
 */
final class ProtocolTokenSource implements TokenSource {

	private final TokenKey key;

	private final TokenProtocol protocol;

	private final TokenTarget target;

	private final @Nullable UserToken user;

	ProtocolTokenSource(TokenProtocol protocol, TokenTarget target, @Nullable TokenSubject subject) {
		this.key = new TokenKey(protocol.grant(), (subject != null) ? subject.key() : TokenKey.AGENT,
				(subject != null) ? TokenKey.AGENT : null, target.audience(), target.resource(), target.scopes(),
				protocol.keyThumbprint());
		this.protocol = protocol;
		this.target = target;
		this.user = user(subject);
	}

	private @Nullable UserToken user(@Nullable TokenSubject subject) {
		if (subject == null) {
			return null;
		}
		if (subject instanceof UserSubject user) {
			return user.user();
		}
		throw this.key.denied("another agent can't be its subject: such a token is not exchanged", "invalid_request");
	}

	@Override
	public TokenKey key() {
		return this.key;
	}

	@Override
	public @Nullable Set<String> subjectNames() {
		return (this.user != null) ? this.user.names() : null;
	}

	@Override
	public IssuedToken get() {
		Instant subjectEnd = (this.user != null) ? this.user.expiresAt() : null;
		try {
			return new IssuedToken(this.protocol.get(this.target, this.user), null, subjectEnd);
		}
		catch (LumoAuthDeniedException ex) {
			throw this.key.denied(ex);
		}
	}

}
