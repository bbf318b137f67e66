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

package dev.lumoauth.spring.http.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The requests of a Spring HTTP interface carry a token for this audience, exchanged for
 * the party on whose behalf the agent acts (RFC 8693). On a type, the annotation applies
 * to each of its {@code @HttpExchange} methods; on a method, it applies to that method
 * and overrides the type's annotation. As a meta-annotation it applies wherever the
 * composed annotation is used.
 *
 * <pre class="code">
 * &#064;HttpExchange
 * &#064;LumoAuthAudience("https://reports.example.com")
 * interface Reports {
 *
 *     &#064;GetExchange("/reports/{id}")
 *     String report(&#064;PathVariable String id);
 *
 * }
 * </pre>
 *
 * The interfaces of an HTTP service group ({@code @ImportHttpServices}) support the
 * annotation automatically. For an interface that the application creates itself, use the
 * factory from
 * {@link LumoAuthHttpClients#httpServices(org.springframework.web.client.RestClient)} or
 * {@link LumoAuthExchangeFilterFunction#httpServices}; the application does not start
 * with a bean whose factory does not support this annotation.
 * <p>
 * The rules are those of {@link LumoAuthHttpClients#interceptor(String)}: one origin, no
 * request without a token, one replay after a 401.
 *
 * @since 0.1.0
 */
@Documented
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
public @interface LumoAuthAudience {

	/**
	 * The server's id, such as {@code urn:mcp:financial-data}, or its address. In an HTTP
	 * service group the value may have placeholders, such as {@code ${reports.audience}}.
	 * @return the audience
	 */
	String value();

}
