"""Which motif suits a note's tags, in the twelve languages."""

import re
from collections.abc import Iterable

from vermilion.media.covers.canvas import Chance

_CALM = ("hills", "sun", "sea", "mountain", "night", "lantern", "rain", "window")
"""What stands for anything."""

_WORDS = {
    "bowl": """
        food eat eating recipe recipes cooking noodles ramen soup dinner lunch homecooking restaurant 美食
        探店 做饭 菜谱 面 面条 馄饨 火锅 早餐 晚饭 外卖 吃 comida cocina receta recetas almuerzo cena
        culinária receita receitas almoço jantar cuisine recette recettes bouffe repas essen kochen rezept
        rezepte abendessen cibo cucina ricetta ricette pranzo еда рецепт рецепты кухня ужин обед ごはん
        料理 ご飯 レシピ ラーメン 食べ物 グルメ 자취요리 음식 요리 맛집 레시피 먹방 طعام أكل وصفة وصفات
        طبخ مطبخ makanan masak masakan resep kuliner makan
    """,
    "tea": """
        tea coffee cafe café cafes matcha 茶 喝茶 奶茶 咖啡 咖啡店 下午茶 té cafetería cafeterías chá
        cafés thé kaffee tee caffè tè чай кофе кофейня お茶 コーヒー カフェ 喫茶店 抹茶 커피 카페 차 شاي
        قهوة مقهى مقاهي teh kopi ngopi kafe
    """,
    "cake": """
        cake dessert baking birthday bakery sweets bread 甜品 蛋糕 烘焙 生日 面包 甜点 pastel pastelería
        postre postres cumpleaños repostería bolo doce doces sobremesa aniversário padaria gâteau
        pâtisserie anniversaire boulangerie kuchen backen geburtstag brot dolce dolci torta compleanno
        торт выпечка десерт ケーキ スイーツ お菓子 誕生日 パン 케이크 디저트 베이킹 생일 빵 كعكة حلويات
        حلى kue roti ulangtahun
    """,
    "fruit": """
        fruit fruits healthy smoothie vegan vegetarian 水果 健康 减脂 素食 fruta frutas saludable saudável
        vegano sain obst gesund frutta sano фрукты зож 果物 フルーツ 과일 건강 فواكه فاكهة صحة buah sehat
    """,
    "market": """
        market shopping shop streetfood budget groceries 市场 集市 夜市 购物 省钱 菜市场 mercado
        mercadillo compras ahorro feira economia marché courses brocante markt einkaufen flohmarkt sparen
        mercato spesa рынок покупки шопинг 市場 買い物 屋台 節約 시장 쇼핑 야시장 장보기 سوق تسوق أسواق
        pasar belanja jajan hemat
    """,
    "cat": """
        cat cats kitten cattax 猫 猫猫 猫咪 猫税 吸猫 小猫 gato gatos gatito gata gatinho chat chats
        chaton katze katzen kater gatto gatti micio кот коты кошка котик ねこ ネコ 猫のいる暮らし 고양이
        냥이 냥스타그램 قطة قطط قطتي kucing kucingku anabul
    """,
    "dog": """
        dog dogs puppy pet pets 狗 狗狗 小狗 遛狗 宠物 perro perros perrito mascota mascotas cachorro
        cachorros cão chien chiens chiot animaux hund hunde haustier cane cani cucciolo собака собаки
        щенок питомец 犬 いぬ わんこ 子犬 ペット 강아지 댕댕이 반려동물 كلب كلاب جرو حيوانات anjing
        peliharaan
    """,
    "plant": """
        plant plants garden gardening houseplants flowers balcony flower 植物 花 绿植 养花 阳台 园艺
        planta plantas jardín flores balcón jardim varanda plante plantes jardin fleurs balcon pflanze
        pflanzen garten blumen balkon pianta piante giardino fiori balcone растения цветы сад балкон
        花のある暮らし 観葉植物 ガーデニング ベランダ 식물 꽃 식집사 베란다 نباتات زهور حديقة شرفة tanaman
        bunga kebun
    """,
    "window": """
        home homes room interior apartment cozy decor house 家 房间 租房 家居 装修 出租屋 小窝 casa hogar
        habitación piso decoración lar quarto apartamento decoração maison appartement chambre déco
        intérieur zuhause wohnung zimmer einrichtung arredamento appartamento camera дом квартира комната
        интерьер уют 部屋 一人暮らし インテリア 暮らし 집 자취 인테리어 방꾸미기 بيت منزل غرفة ديكور rumah
        kamar kos dekorasi
    """,
    "desk": """
        work office study productivity job career coding remote desk setup 工作 办公 学习 打工人 自习 桌面
        上班 求职 trabajo oficina estudio estudiar trabalho escritório estudo estudar travail bureau
        études télétravail arbeit büro lernen studium lavoro ufficio studio работа учёба учеба офис
        удалёнка 仕事 勉強 デスク 在宅勤務 공부 직장인 책상 취업 عمل دراسة مكتب مذاكرة kerja kantor
        belajar meja
    """,
    "book": """
        book books reading language languages learning vocabulary grammar poetry novel 书 读书 阅读 语言
        外语 学中文 英语 libro libros lectura idioma idiomas aprender livro livros leitura línguas livre
        livres lecture langue langues buch bücher lesen sprache sprachen libri lettura lingue книга книги
        чтение язык языки 本 読書 語学 言語 英語 책 독서 언어 영어 외국어 한국어 كتاب كتب قراءة لغة لغات
        buku membaca bahasa
    """,
    "letter": """
        essay essays college application letter scholarship admission university mail diary 文书 留学 申请
        作文 信 大学 日记 ensayo ensayos universidad carta beca redação universidade vestibular bolsa
        lettre dissertation université aufsatz bewerbung motivationsschreiben brief uni tema università
        lettera эссе университет поступление письмо 志望理由書 手紙 日記 자소서 대학 에세이 유학 편지 일기
        مقال مقالات جامعة رسالة منحة قبول esai kuliah beasiswa surat kampus
    """,
    "shirt": """
        outfit ootd fashion style clothes thrift vintage 穿搭 衣服 时尚 今日穿搭 ropa moda estilo conjunto
        roupa look brechó tenue mode vêtements fripe kleidung secondhand vestiti stile одежда стиль мода
        образ コーデ ファッション 服 古着 코디 패션 옷 데일리룩 ملابس موضة أناقة baju gaya fesyen
    """,
    "map": """
        travel trip itinerary roadtrip route backpacking guide vacation 旅行 旅游 攻略 路线 自由行 自驾
        viaje viajes ruta guía viagem viagens roteiro voyage voyages itinéraire vacances reise reisen
        urlaub viaggio viaggi itinerario vacanze путешествие путешествия маршрут отпуск 旅 旅行記 ひとり旅
        여행 여행코스 휴가 سفر رحلة رحلات سياحة jalan perjalanan liburan wisata
    """,
    "train": """
        train rail commute railway metro subway 火车 高铁 地铁 通勤 绿皮火车 tren trem comboio metrô gare
        métro zug bahn treno ferrovia поезд электричка метро 電車 鉄道 新幹線 기차 지하철 전철 출퇴근 قطار
        مترو kereta krl
    """,
    "bridge": """
        bridge river 桥 江 河 puente río ponte rio pont rivière brücke fluss fiume мост река 橋 川 다리
        한강 جسر نهر jembatan sungai
    """,
    "street": """
        street walk walking neighborhood everyday daily day life days motorway 街拍 散步 街道 日常 生活
        我的一天 calle paseo barrio díaadía rua passeio bairro cotidiano dia rue balade quartier quotidien
        strasse spaziergang alltag strada passeggiata quartiere quotidiano улица прогулка день будни 散歩
        街 毎日 일상 산책 거리 골목 하루 شارع حي يوميات يومي jalanan keseharian hariini
    """,
    "city": """
        city skyline urban architecture 城市 上海 北京 广州 深圳 建筑 ciudad arquitectura cidade
        arquitetura ville paris stadt berlin città milano город москва 都市 東京 街並み 도시 서울 مدينة
        دبي القاهرة kota jakarta
    """,
    "mountain": """
        mountain mountains hiking snow ski climbing camping 山 爬山 徒步 雪 露营 滑雪 montaña montañas
        senderismo nieve montanha trilha neve montagne randonnée neige berge wandern schnee montagna
        trekking горы поход снег 登山 雪山 キャンプ 산 등산 캠핑 눈 جبال جبل تخييم gunung mendaki
    """,
    "hills": """
        nature countryside village landscape spring autumn farm 自然 乡村 春天 秋天 风景 田园 naturaleza
        campo pueblo paisaje primavera otoño natureza interior paisagem outono campagne printemps automne
        natur land dorf frühling herbst natura campagna autunno природа деревня весна осень 田舎 春 秋
        紅葉 자연 시골 봄 가을 풍경 طبيعة ريف ربيع alam desa
    """,
    "sea": """
        sea beach ocean island surf summer coast 海 海边 沙滩 夏天 大海 mar playa océano isla verano praia
        ilha verão mer plage océan été meer strand sommer insel mare spiaggia estate море пляж лето 夏
        ビーチ 바다 해변 여름 제주 بحر شاطئ صيف laut pantai pulau
    """,
    "night": """
        night sleep stars moon insomnia astronomy 夜 晚安 失眠 星空 月亮 noche luna estrellas insomnio
        noite lua estrelas nuit lune étoiles nacht mond sterne notte stelle ночь луна звёзды сон 夜空 星
        月 밤 별 달 야경 ليل نجوم قمر malam bintang bulan
    """,
    "sun": """
        sun morning sunrise sunset sport running fitness yoga 日出 日落 早起 运动 跑步 健身 晚霞 sol
        mañana amanecer atardecer deporte manhã pôrdosol corrida treino soleil matin sonne morgen laufen
        sole mattina tramonto corsa солнце утро закат спорт бег 朝 夕焼け 運動 아침 노을 운동 달리기 شمس
        صباح غروب رياضة matahari pagi senja olahraga
    """,
    "rain": """
        rain rainy mood feelings lonely umbrella 雨 下雨 雨天 心情 emo lluvia triste chuva saudade pluie
        regen pioggia дождь настроение 梅雨 気分 비 장마 기분 우울 مطر مزاج hujan galau
    """,
    "lantern": """
        festival holiday newyear tradition lantern culture music celebration 节日 春节 过年 中秋 灯会 传统
        文化 音乐 fiesta fiestas navidad cultura tradición música festa natal carnaval tradição fête noël
        musique fest weihnachten kultur musik natale musica праздник новыйгод культура музыка 祭り お正月
        花火 축제 명절 설날 문화 رمضان عيد تراث ثقافة موسيقى lebaran budaya ramadan perayaan
    """,
}

_TABLE = {word: motif for motif, words in reversed(_WORDS.items()) for word in words.split()}

_ANYWHERE = "猫狗犬茶雨海"
"""Words of one character that mean the same inside any longer tag."""

_SEPARATOR = re.compile(r"[\s_\-.#/]+")


def motif_for(tags: Iterable[str], seed: int) -> str:
    """The motif of the first tag that has one, of a word within a tag next; else a calm one that the seed picks."""
    folded = [tag.lstrip("#").casefold() for tag in tags]
    for tag in folded:
        if tag in _TABLE:
            return _TABLE[tag]
    for tag in folded:
        for part in _SEPARATOR.split(tag):
            if part in _TABLE:
                return _TABLE[part]
    for tag in folded:
        inside = [word for word in _TABLE if word in tag and _may_stand_inside(word)]
        if inside:
            return _TABLE[max(inside, key=lambda word: (len(word), word))]
    return Chance("motif", seed).pick(_CALM)


def _may_stand_inside(word: str) -> bool:
    spaceless = word > "\u3000"
    return len(word) > 4 or (spaceless and len(word) > 1) or word in _ANYWHERE
