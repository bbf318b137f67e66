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

package dev.lumoauth.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Replaces each chat model of the application by a {@link ScriptedChatModel}, so that a
 * test sends no request to a model and needs no key. The replacement has the name and the
 * qualifiers of the bean that it replaces, and the application's own model is never
 * created. An application without a chat model gets one.
 * <p>
 * Inject the {@link ScriptedChatModel} to write a script. Each test begins without a
 * script of its own and without recorded prompts.
 * <p>
 * Code that injects the class of its model, such as {@code OpenAiChatModel}, can't get
 * the replacement: let the code inject {@code ChatModel}.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface WithScriptedModel {

}
