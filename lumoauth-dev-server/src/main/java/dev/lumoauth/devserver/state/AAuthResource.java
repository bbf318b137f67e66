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

package dev.lumoauth.devserver.state;

import java.util.Set;
import java.util.TreeSet;

import dev.lumoauth.devserver.config.AAuthProperties.Consent;
import dev.lumoauth.devserver.config.AAuthResourceProperties;

/**
 * A service that agents call with signed requests.
 *
 * @param id its id in paths
 * @param identity its identity
 * @param scopes the scopes that a token for it can have, sorted, empty for all
 * @param needsConsent whether a user has to consent
 * @since 0.1.0
 */
public record AAuthResource(String id, AAuthIdentity identity, Set<String> scopes, boolean needsConsent) {

	static AAuthResource of(AAuthResourceProperties properties) {
		return new AAuthResource(properties.id(), new AAuthIdentity(properties.identifier(), properties.keys(), false),
				new TreeSet<>(properties.scopes()), properties.consent() == Consent.REQUIRED);
	}

	public String identifier() {
		return this.identity.identifier();
	}

	/**
	 * Returns whether a token for it can have a scope.
	 * @param scope the scope
	 * @return whether it is one of the resource's, or the resource lists none
	 */
	public boolean takes(String scope) {
		return this.scopes.isEmpty() || this.scopes.contains(scope);
	}

}
