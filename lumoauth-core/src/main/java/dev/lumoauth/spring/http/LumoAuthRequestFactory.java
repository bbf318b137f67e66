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

package dev.lumoauth.spring.http;

import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * Creates the requests to LumoAuth instead of the JDK's HTTP client, if there is a bean
 * of this type. It is for tests: an implementation sees the secrets of all agents, and
 * neither {@code lumoauth.connect-timeout}, {@code lumoauth.read-timeout} nor
 * {@code lumoauth.ssl-bundle} applies to it.
 *
 * @since 0.1.0
 */
public interface LumoAuthRequestFactory extends ClientHttpRequestFactory {

}
