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

package dev.lumoauth.devserver.admin;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.nimbusds.jose.jwk.JWK;

import dev.lumoauth.devserver.jose.Thumbprints;
import dev.lumoauth.devserver.jose.TrustedKeys;
import dev.lumoauth.devserver.state.AAuthIdentity;

/**
 * A party that signs requests, as the admin API shows it.
 *
 * @param identifier its identifier
 * @param keys the thumbprints of the trusted keys that are known without a request
 * @param seenKeys the thumbprints of the keys that have signed, the most recent first
 */
record AAuthView(String identifier, List<String> keys, @JsonProperty("seen_keys") List<String> seenKeys) {

	static AAuthView of(AAuthIdentity identity) {
		TrustedKeys trusted = identity.keys();
		List<JWK> keys = (trusted != null && trusted.keys() != null) ? trusted.keys().getKeys() : List.of();
		return new AAuthView(identity.identifier(), keys.stream().map(Thumbprints::of).toList(), identity.seen());
	}

}
