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

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.RequestAuthorization;
import dev.lumoauth.spring.token.RequestAuthorizer;
import dev.lumoauth.spring.token.TokenAttachment;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.util.Assert;

/**
 * Requests with the tokens of one third party, to its own servers only. A model whose
 * tool made the request may read the exceptions, so they name no address.
 */
final class PartyAuthorizer implements RequestAuthorizer {

	private final LumoAuthConnections connections;

	private final ThirdParty party;

	private final Set<Origin> origins;

	PartyAuthorizer(LumoAuthConnections connections, ThirdParty party) {
		this.connections = connections;
		this.party = party;
		this.origins = party.places();
		Assert.state(!this.origins.isEmpty(), () -> "Nothing says where the tokens of connection '" + party.name()
				+ "' may be sent: set " + LumoAuthConnections.PREFIX + "." + party.name() + ".origins");
	}

	@Override
	public @Nullable RequestAuthorization authorization(URI uri, HttpHeaders headers, Map<String, Object> attributes,
			Supplier<Sender> sender) {
		if (this.origins.stream().noneMatch((origin) -> origin.isOf(uri))) {
			throw new IllegalStateException("The request leads to another server than those of connection '"
					+ this.party.name() + "', and is not sent: use a separate client for each server");
		}
		boolean callersOwn = headers.containsHeader(HttpHeaders.AUTHORIZATION);
		return callersOwn ? null : new Authorization(this.connections, this.party, sender.get());
	}

	private record Authorization(LumoAuthConnections connections, ThirdParty party,
			Sender sender) implements RequestAuthorization {

		@Override
		public OAuth2AccessToken token() {
			return this.sender.caller().call(() -> this.connections.token(this.party.name(), this.sender.user()));
		}

		@Override
		public @Nullable OAuth2AccessToken cachedToken() {
			return this.connections.cached(this.party);
		}

		@Override
		public boolean isRejected(OAuth2AccessToken token, HttpStatusCode status,
				Function<String, List<String>> headers) {
			if (!status.isSameCodeAs(HttpStatus.UNAUTHORIZED)) {
				return false;
			}
			// Another thread may have replaced it already.
			this.connections.discard(token);
			return true;
		}

		@Override
		public TokenAttachment attachment() {
			return TokenAttachment.BEARER;
		}

	}

}
