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

package dev.lumoauth.docs.tools;

import java.util.function.Function;

import dev.lumoauth.spring.capability.RequiresCapability;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.ai.tool.method.MethodToolCallbackProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Description;

/**
 * Tools as beans.
 */
@Configuration(proxyBeanMethods = false)
class ToolBeans {

	@Bean
	@RequiresCapability("read:documents")
	ToolCallback translate() {
		return FunctionToolCallback.builder("translate", (Query query) -> "translated: " + query.query())
			.description("Translate a document.")
			.inputType(Query.class)
			.build();
	}

	@Bean
	@RequiresCapability("read:documents")
	ToolCallbackProvider library() {
		return MethodToolCallbackProvider.builder().toolObjects(new LibraryTools()).build();
	}

	@Bean
	@Description("Find who wrote about the given query.")
	@RequiresCapability("read:documents")
	Function<Query, String> findAuthors() {
		return (query) -> "authors of " + query.query();
	}

	record Query(String query) {

	}

}
