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

import dev.lumoauth.devserver.state.AAuthIdentity;

/**
 * The content of a token of type {@code agent+jwt}.
 *
 * @param identity the agent, {@code iss}
 * @param delegate the instance of the agent, {@code sub}
 * @param key the key that the instance signs with, {@code cnf.jwk}
 * @param isFirst whether the key is not trusted yet, and would become trusted as the
 * first key
 */
record AgentToken(AAuthIdentity identity, String delegate, JWK key, boolean isFirst) {

}
