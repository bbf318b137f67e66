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

package dev.lumoauth.spring.vault.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

import dev.lumoauth.spring.vault.ActsFor;

/**
 * A third party whose tokens LumoAuth keeps, {@code lumoauth.connections.<name>}.
 *
 * @param connectionId Id of the connection at LumoAuth.
 * @param origins Addresses to which the third party's tokens may be sent, of which
 * scheme, host and port are used; https, unless the host is a loopback address.
 * @param actsFor Whose account at the third party is used.
 * @since 0.1.0
 */
public record LumoAuthThirdPartyProperties(@Nullable String connectionId, @DefaultValue List<String> origins,
		@DefaultValue("agent") ActsFor actsFor) {
}
