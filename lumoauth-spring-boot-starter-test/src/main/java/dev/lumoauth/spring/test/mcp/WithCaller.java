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

package dev.lumoauth.spring.test.mcp;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.lumoauth.spring.test.WithAgent;

/**
 * Runs a test as a caller of the application's MCP server: code that the test calls on
 * its own thread is checked for this caller, and
 * {@link dev.lumoauth.spring.mcp.server.LumoAuthCaller#require()} returns the caller. On
 * a method the annotation replaces the one of the class.
 * <p>
 * With {@code lumoauth.mcp.server.decide-by=scopes} the {@link #scopes()} are the
 * caller's permissions; otherwise {@link WithAgent} sets LumoAuth's answers about the
 * caller. The annotation does not authenticate any request.
 *
 * @since 0.1.0
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface WithCaller {

	/**
	 * The party on whose behalf the call is made: the {@code sub} of the token.
	 * @return the subject
	 */
	String subject() default "test-user";

	/**
	 * The client that makes the call.
	 * @return its id
	 */
	String clientId() default "agt_caller";

	/**
	 * The actors for the subject, the current one first (RFC 8693 section 4.1).
	 * @return the actors; empty = the subject itself calls
	 */
	String[] actors() default {};

	/**
	 * The scopes of the token.
	 * @return the scopes
	 */
	String[] scopes() default {};

}
