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

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.http.Origin;
import dev.lumoauth.spring.user.UserToken;

/**
 * A request that a server has refused although the request had a token (403).
 *
 * @param target the server, as in requests for its tokens, with the scopes that the
 * application has configured for it: the server may ask for no others
 * @param origin the origin of the server
 * @param headers gives the values of a header of the server's answer, which is untrusted
 * input
 * @param user the user on whose behalf the agent acts; {@code null} = it acts for itself
 * @since 0.1.0
 */
public record RefusedRequest(TokenTarget target, Origin origin, Function<String, List<String>> headers,
		@Nullable UserToken user) {
}
