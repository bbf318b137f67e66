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

package dev.lumoauth.docs.migration;

import java.util.function.Function;

import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.test.ScriptedChatModel;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Description;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;

/**
 * The application of docs/migration.md.
 */
@SpringBootApplication
@EnableMethodSecurity
class MigrationApplication {

	@Bean
	ScriptedChatModel model() {
		return ScriptedChatModel.obeyingBlindly();
	}

	@Bean
	@Description("Search internal company documents for the given query.")
	@RequiresCapability("read:documents")
	Function<Query, String> search() {
		return (query) -> "Found 3 documents matching '" + query.query() + "'";
	}

	record Query(String query) {

	}

}
