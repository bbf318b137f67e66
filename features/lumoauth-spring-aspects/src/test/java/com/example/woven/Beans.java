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

package com.example.woven;

import dev.lumoauth.spring.test.ScriptedChatModel;

import org.springframework.ai.chat.model.ChatModel;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Beans, most of which no proxy could guard.
 */
@Configuration(proxyBeanMethods = false)
class Beans {

	@Bean
	ChatModel model() {
		return ScriptedChatModel.obeyingBlindly();
	}

	@Bean
	Shapes.Methods methods() {
		return new Shapes.Methods();
	}

	@Bean
	Shapes.Typed typed() {
		return new Shapes.Inheriting();
	}

	@Bean
	Shapes.Document document() {
		return new Shapes.Document("a");
	}

	@Bean
	Shapes.Closed closed() {
		return new Shapes.Closed();
	}

	@Bean
	Shapes.Shelf shelf() {
		return Shapes.Shelf.OPEN;
	}

	@Bean
	Shapes.Implementation implementation() {
		return new Shapes.Implementation();
	}

}
