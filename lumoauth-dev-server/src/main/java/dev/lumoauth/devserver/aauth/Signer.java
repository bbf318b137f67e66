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

package dev.lumoauth.devserver.aauth;

import com.nimbusds.jose.jwk.JWK;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.jose.Thumbprints;
import dev.lumoauth.devserver.state.AAuthIdentity;

/**
 * The verified signer of a request.
 *
 * @param identity the agent or the resource
 * @param delegate the instance of the agent; the identifier itself if it is not an
 * instance
 * @param key the public key
 * @param thumbprint the key's thumbprint (RFC 7638)
 */
record Signer(AAuthIdentity identity, String delegate, JWK key, String thumbprint) {

	static Signer of(AgentToken token) {
		return new Signer(token.identity(), token.delegate(), token.key().toPublicJWK(), Thumbprints.of(token.key()));
	}

	/**
	 * Returns the instance, if the signer is not the agent itself.
	 */
	@Nullable String otherDelegate() {
		return this.delegate.equals(this.identity.identifier()) ? null : this.delegate;
	}

}
