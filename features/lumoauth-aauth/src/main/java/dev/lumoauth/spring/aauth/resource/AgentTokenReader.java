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

package dev.lumoauth.spring.aauth.resource;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.util.Collection;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.aauth.signature.MessageVerifier;
import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.token.key.CompactToken;
import dev.lumoauth.spring.token.key.InvalidTokenException;
import dev.lumoauth.spring.token.key.VerificationKey;

/**
 * Reads agent tokens ({@code agent+jwt}), as far as possible without asking the agent for
 * its keys. LumoAuth checks the issuer before it issues an auth token; an agent token
 * alone gives no access here.
 */
final class AgentTokenReader {

	private static final String TYPE = "agent+jwt";

	private final String resource;

	private final Clock clock;

	AgentTokenReader(String resource, Clock clock) {
		this.resource = resource;
		this.clock = clock;
	}

	/**
	 * Read a token.
	 * @throws InvalidTokenException if the token is not one that is meant for this
	 * service
	 */
	AgentToken read(String value) {
		CompactToken token = CompactToken.read(value, TYPE);
		token.checkTimes(Math.floorDiv(this.clock.millis(), 1000L), MessageVerifier.TOLERANCE.toSeconds());
		Object audience = token.claim("aud");
		boolean meant = audience == null || this.resource.equals(audience)
				|| (audience instanceof Collection<?> several && several.contains(this.resource));
		if (!meant) {
			throw new InvalidTokenException("its aud is not " + this.resource);
		}
		String agent = token.text("iss");
		checkIdentifier(agent);
		return new AgentToken(agent, token.optionalText("sub"), ConfirmationKey.of(token.claim("cnf")));
	}

	private static void checkIdentifier(String agent) {
		try {
			Origin.of(new URI(agent));
		}
		catch (URISyntaxException | IllegalArgumentException ex) {
			throw new InvalidTokenException("its iss is not an https address");
		}
	}

	/**
	 * What an agent token says about the agent.
	 *
	 * @param agent the agent's identifier
	 * @param delegate the instance of the agent
	 * @param key the key that has to sign the request
	 */
	record AgentToken(String agent, @Nullable String delegate, VerificationKey key) {
	}

}
