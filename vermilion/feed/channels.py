"""Channels of the front page: each the union of topics that mean about the same in several languages."""

_WORDS = {
    "travel": """travel roadtrip slowtravel budgettravel citywalk trains train trip hiking
        旅行 旅游 周末去哪儿 西安攻略 大理攻略 上海攻略 硬卧 火车旅行 夜车 骑行 攻略 viaje viajes patagonia micro viagem passeio miradouros
        voyage randonnée marche alpes reise reisen bergbahn alpen viaggio viaggi portici vicoli путешествия путешествие поезд плацкарт
        транссиб прогулки горы 旅 旅行記 夜行バス 街歩き 朝さんぽ 京都 여행 배여행 한양도성 산책 سفر رحلات صحراء وادي_رم
        jalanjalan jalankaki wisata liburanmurah""",
    "food": """food cooking homecooking recipe recipes sundayroast breakfast whatieatinaday kitchenfail mapotofu coffee
        美食 家常菜 川菜 早餐 早餐吃什么 早茶 饮茶 小馄饨 一个人吃饭 喝茶 食堂 厨房新手 我的一日三餐 盖碗茶 comida receta recetas
        recetasdelaabuela desayuno cocinacasera tortilladepatatas mercado receita cafédamanhã café pastelaria bolo pãodequeijo
        cuisine recette recettes essen kochen rezept backen cibo cucina ricetta ricette colazione еда рецепт рецепты завтрак
        ごはん グルメ 料理 おうちごはん たこ焼き 作り置き 弁当 맛집 요리
        카페투어 카페 혼밥 자취요리 야식 돼지국밥 طعام طبخ وصفة وصفات فطور قهوة
        makanan kuliner resep jajanan kulinerjogja sarapan""",
    "cats": """cats cat cattax catsofvermilion kitten dogs dog pets 猫 猫咪 猫税 橘猫 撸猫 流浪猫 gatos gato gatito gatti gatto
        chat chats katze katzen кот коты кошки двакота котики ねこ 猫のいる暮らし 子猫 고양이 냥스타그램 길고양이 قطط قطة قطتي
        kucing kucingoren caramelo viralata""",
    "home": """home smallhome tinyapartment rentalhacks thrifted bookshelf deskset closetdesk studyspace secondhand
        家居 租房 小户型 收纳 书桌改造 宿舍改造 居家办公 小厨房 200块 hogar casa plantas pisopequeño azotea patio jardínurbano arquitectura
        apealugado decorbarata maison appart petitappart balcon bulbes wohnung wohnen zuhause flohmarkt gebraucht дом уют лоджия
        панелька кабинет 部屋 インテリア 一人暮らし 六畳 収納 古い家 京都暮らし 집 자취 인테리어 옥탑방 بيت منزل ديكور
        rumah kos koskosan kamarestetik""",
    "essays": """essays essay writing collegeapp collegeapps commonapp application scholarship interview coverletter firstgen gradschool
        留学 文书 申请 写作 推荐信 交换申请 设计申请 作品集 被拒日记 ensayo solicitud becas maestría cartademotivación redação
        mestrado cartadeintenção motivationsschreiben bewerbung studium lettredemotivation motivation dossiers etudes эссе
        поступление мотивационноеписьмо 志望理由書 志望動機 面接 留学準備 자소서 유학 교환학생 합격후기 رسالة_الدافع رسالة_دافع منح
        تقديم_الجامعات جامعة beasiswa esai motivationletter""",
    "language": """language languages languagelearning languageexchange mandarim netiquette understatement replies hello
        中文 学中文 英语 学英语 英语角 网络用语 粤语 学语言 中文梗 哈哈哈 idiomas idioma jajaja kkkk langues langue fauxamis sprachen
        falschefreunde deutsch lingue язык языки китайский счётныеслова 中国語 中国語勉強中 語学 漢字 언어 중국어 중국어공부 밈
        لغات لغة العربية لهجات دارجة bahasa mandarin wkwkwk""",
    "outfit": """outfit outfitrepeater ootd thrift fashion 穿搭 通勤穿搭 look lookdodia ropa moda modabarata brechó segundamano mode
        couture tenue tenuedujour wax cappottodinonna мода コーデ 服 古着 코디 데일리룩 시험기간룩 옷 ملابس baju""",
    "days": """dayinmylife days sounds 7am smalljoys newhere senioryear studentlife 日常 生活 一天 普通的一天 中学生日常 研究生日常
        新人报到 早起 vida vidadiaria domingo sábado verano apresentação olá quotidien journée alltag vita piccolegioie жизнь будни
        暮らし 朝 一日 会社員の日常 일상 하루일과 يوميات keseharian harian""",
}

CHANNELS: dict[str, tuple[str, ...]] = {key: tuple(words.split()) for key, words in _WORDS.items()}
"""The topics of each channel, folded as topics are."""
