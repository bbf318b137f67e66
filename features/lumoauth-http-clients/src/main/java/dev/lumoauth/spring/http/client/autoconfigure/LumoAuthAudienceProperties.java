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

package dev.lumoauth.spring.http.client.autoconfigure;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A server whose audience is not an address, {@code lumoauth.audiences.<name>}. The
 * application chooses the name, which LumoAuth does not know. The name is needed because
 * an audience such as {@code urn:mcp:financial-data} can't be part of a property name
 * without brackets, and can't be part of an environment variable's name at all.
 *
 * @param audience Id of the server at LumoAuth: the audience of its tokens.
 * @param url Address of the server, of which scheme, host and port are used; https,
 * unless the host is a loopback address.
 * @since 0.1.0
 */
public record LumoAuthAudienceProperties(@DefaultValue("") String audience, @DefaultValue("") String url) {
}
