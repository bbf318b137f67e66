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

package dev.lumoauth.spring.user;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.lumoauth.spring.GuardAnnotation;

/**
 * Says that a tool acts for the current user: while it runs, every token exchange sends
 * the user's token as the subject and the agent's as the actor (RFC 8693 section 1.1).
 * Without a current user the tool is refused. It never runs as the agent alone.
 *
 * <pre class="code">
 * &#64;Tool(description = "Query the user's own reports.")
 * &#64;OnBehalfOfUser
 * public String reports() {
 *     return this.reports.query(this.agent.mcpToken("https://reports.example.com"));
 * }
 * </pre>
 *
 * @since 0.1.0
 */
@Documented
@Inherited
@Target({ ElementType.METHOD, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@GuardAnnotation
public @interface OnBehalfOfUser {

}
